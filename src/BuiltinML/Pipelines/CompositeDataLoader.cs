namespace Microsoft.ML.Data;

/// <summary>A loader and transformers after it.</summary>
/// <typeparam name="TSource">What the loader reads.</typeparam>
/// <typeparam name="TLastTransformer">Type of the last transformer.</typeparam>
public sealed class CompositeDataLoader<TSource, TLastTransformer> : IDataLoader<TSource>, IDisposable
    where TLastTransformer : class, ITransformer
{
    /// <summary>The loader.</summary>
    public readonly IDataLoader<TSource> Loader;

    /// <summary>What comes after it.</summary>
    public readonly TransformerChain<TLastTransformer> Transformer;

    /// <summary>Puts a chain after a loader.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="transformerChain">The chain; null for none.</param>
    public CompositeDataLoader(IDataLoader<TSource> loader, TransformerChain<TLastTransformer> transformerChain = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        Loader = loader;
        Transformer = transformerChain ?? new TransformerChain<TLastTransformer>();
    }

    /// <inheritdoc/>
    public IDataView Load(TSource input) => Transformer.Transform(Loader.Load(input));

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema() => Transformer.GetOutputSchema(Loader.GetOutputSchema());

    /// <summary>The same with one more.</summary>
    /// <typeparam name="TNewLast">Type of the new one.</typeparam>
    /// <param name="transformer">The new one.</param>
    public CompositeDataLoader<TSource, TNewLast> AppendTransformer<TNewLast>(TNewLast transformer)
        where TNewLast : class, ITransformer
        => new(Loader, Transformer.Append(transformer));

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => throw new NotSupportedException("A loader is not saved here; save its transformers with the loader's output schema");

    /// <summary>Disposes the transformers that can be.</summary>
    public void Dispose() => Transformer.Dispose();
}
