namespace Microsoft.ML.Data;

/// <summary>How chains are saved.</summary>
internal static class ChainFormat
{
    public const string Kind = "TransformerChain";

    public static void Save(ModelSaveContext context, IReadOnlyList<ITransformer> transformers, IReadOnlyList<TransformerScope> scopes)
    {
        context.Sign(Kind);
        context.Writer.Write(transformers.Count);
        for (var i = 0; i < transformers.Count; i++)
        {
            context.Writer.Write((int)scopes[i]);
            context.SaveSubModel(transformers[i], $"Transform_{i:000}");
        }
    }

    public static ITransformer Load(ModelReader context)
    {
        var count = context.Reader.ReadInt32();
        TransformerScope[] scopes = [.. Enumerable.Range(0, count).Select(_ => (TransformerScope)context.Reader.ReadInt32())];
        return new TransformerChain<ITransformer>(
            [.. Enumerable.Range(0, count).Select(i => context.LoadSubModel($"Transform_{i:000}"))], scopes);
    }
}
