namespace Microsoft.ML.Transforms;

/// <summary>A factory whatever its classes are.</summary>
internal interface ICustomMappingFactory
{
    ITransformer Create(string contractName);
}
