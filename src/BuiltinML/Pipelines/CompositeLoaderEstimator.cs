namespace Microsoft.ML.Data;

/// <summary>A loader's estimator and estimators after it.</summary>
/// <typeparam name="TSource">What the loader reads.</typeparam>
/// <typeparam name="TLastTransformer">What the last estimator makes.</typeparam>
public sealed class CompositeLoaderEstimator<TSource, TLastTransformer> : IDataLoaderEstimator<TSource, CompositeDataLoader<TSource, TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IDataLoaderEstimator<TSource, IDataLoader<TSource>> start;
    private readonly EstimatorChain<TLastTransformer> chain;

    /// <summary>Puts a chain after a loader's estimator.</summary>
    /// <param name="start">The loader's estimator.</param>
    /// <param name="estimatorChain">The chain; null for none.</param>
    public CompositeLoaderEstimator(
        IDataLoaderEstimator<TSource, IDataLoader<TSource>> start, EstimatorChain<TLastTransformer> estimatorChain = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        this.start = start;
        chain = estimatorChain ?? new EstimatorChain<TLastTransformer>();
    }

    /// <inheritdoc/>
    public CompositeDataLoader<TSource, TLastTransformer> Fit(TSource input)
    {
        var loader = start.Fit(input);
        return new(loader, chain.Fit(loader.Load(input)));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema() => chain.GetOutputSchema(start.GetOutputSchema());

    /// <summary>The same with one more.</summary>
    /// <typeparam name="TNewTrans">What the new one makes.</typeparam>
    /// <param name="estimator">The new one.</param>
    public CompositeLoaderEstimator<TSource, TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator)
        where TNewTrans : class, ITransformer
        => new(start, chain.Append(estimator));
}
