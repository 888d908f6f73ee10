using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Puts estimators, transformers and loaders one after another.</summary>
public static class LearningPipelineExtensions
{
    /// <summary>An estimator after a loader's.</summary>
    /// <typeparam name="TSource">What the loader reads.</typeparam>
    /// <typeparam name="TTrans">What the estimator makes.</typeparam>
    /// <param name="start">The loader's estimator.</param>
    /// <param name="estimator">The estimator.</param>
    public static CompositeLoaderEstimator<TSource, TTrans> Append<TSource, TTrans>(
        this IDataLoaderEstimator<TSource, IDataLoader<TSource>> start, IEstimator<TTrans> estimator)
        where TTrans : class, ITransformer
        => new CompositeLoaderEstimator<TSource, ITransformer>(start).Append(estimator);

    /// <summary>An estimator after a loader.</summary>
    /// <typeparam name="TSource">What the loader reads.</typeparam>
    /// <typeparam name="TTrans">What the estimator makes.</typeparam>
    /// <param name="start">The loader.</param>
    /// <param name="estimator">The estimator.</param>
    public static CompositeLoaderEstimator<TSource, TTrans> Append<TSource, TTrans>(this IDataLoader<TSource> start, IEstimator<TTrans> estimator)
        where TTrans : class, ITransformer
        => new FixedLoaderEstimator<TSource>(start ?? throw new ArgumentNullException(nameof(start))).Append(estimator);

    /// <summary>A transformer after a loader.</summary>
    /// <typeparam name="TSource">What the loader reads.</typeparam>
    /// <typeparam name="TTrans">The transformer's type.</typeparam>
    /// <param name="loader">The loader.</param>
    /// <param name="transformer">The transformer.</param>
    public static CompositeDataLoader<TSource, TTrans> Append<TSource, TTrans>(this IDataLoader<TSource> loader, TTrans transformer)
        where TTrans : class, ITransformer
        => new(loader ?? throw new ArgumentNullException(nameof(loader)), new TransformerChain<TTrans>(transformer));

    /// <summary>An estimator after an estimator.</summary>
    /// <typeparam name="TTrans">What the last estimator makes.</typeparam>
    /// <param name="start">The first.</param>
    /// <param name="estimator">The next.</param>
    /// <param name="scope">When the next one's transformer is used.</param>
    public static EstimatorChain<TTrans> Append<TTrans>(
        this IEstimator<ITransformer> start, IEstimator<TTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TTrans : class, ITransformer
        => start is EstimatorChain<ITransformer> chain
            ? chain.Append(estimator, scope)
            : new EstimatorChain<ITransformer>().Append(start).Append(estimator, scope);

    /// <summary>Keeps an estimator's output in memory while the next ones are fitted.</summary>
    /// <typeparam name="TTrans">What the estimator makes.</typeparam>
    /// <param name="start">The estimator.</param>
    /// <param name="env">Not used.</param>
    public static EstimatorChain<TTrans> AppendCacheCheckpoint<TTrans>(this IEstimator<TTrans> start, IHostEnvironment env)
        where TTrans : class, ITransformer
        => new EstimatorChain<ITransformer>().Append(start).AppendCacheCheckpoint(env);

    /// <summary>A transformer after a transformer.</summary>
    /// <typeparam name="TTrans">Type of the last one.</typeparam>
    /// <param name="start">The first.</param>
    /// <param name="transformer">The next.</param>
    public static TransformerChain<TTrans> Append<TTrans>(this ITransformer start, TTrans transformer)
        where TTrans : class, ITransformer
        => start is TransformerChain<ITransformer> chain ? chain.Append(transformer) : new(start, transformer);

    /// <summary>An estimator that hands what it makes to a delegate.</summary>
    /// <typeparam name="TTransformer">What it makes.</typeparam>
    /// <param name="estimator">The estimator.</param>
    /// <param name="onFit">Gets the transformer after each fit.</param>
    public static IEstimator<TTransformer> WithOnFitDelegate<TTransformer>(this IEstimator<TTransformer> estimator, Action<TTransformer> onFit)
        where TTransformer : class, ITransformer
        => new WatchedEstimator<TTransformer>(
            estimator ?? throw new ArgumentNullException(nameof(estimator)), onFit ?? throw new ArgumentNullException(nameof(onFit)));
}
