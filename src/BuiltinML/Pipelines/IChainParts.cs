namespace Microsoft.ML.Data;

/// <summary>A chain's parts, whatever the type of its last one.</summary>
internal interface IChainParts
{
    IReadOnlyList<ITransformer> Transformers { get; }
}
