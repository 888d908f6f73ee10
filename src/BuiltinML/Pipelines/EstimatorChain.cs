using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators one after another; each is fitted on what the ones before it give.</summary>
/// <typeparam name="TLastTransformer">Type of what the last one makes.</typeparam>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly (IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter)[] steps;

    /// <summary>The last estimator; null in an empty chain.</summary>
    public readonly IEstimator<TLastTransformer> LastEstimator;

    /// <summary>An empty chain.</summary>
    public EstimatorChain()
        : this([])
    {
    }

    private EstimatorChain((IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter)[] steps)
    {
        this.steps = steps;
        LastEstimator = steps.Length == 0 ? null : (IEstimator<TLastTransformer>)steps[^1].Estimator;
    }

    /// <inheritdoc/>
    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var view = input;
        var transformers = new ITransformer[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            transformers[i] = steps[i].Estimator.Fit(view);
            if (i + 1 < steps.Length)
            {
                view = transformers[i].Transform(view);
                view = steps[i].CacheAfter ? CachedDataView.Create(view) : view;
            }
        }

        return new(transformers, steps.Select(step => step.Scope));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return steps.Aggregate(inputSchema, (shape, step) => step.Estimator.GetOutputSchema(shape));
    }

    /// <summary>A chain with one more.</summary>
    /// <typeparam name="TNewTrans">Type of what the new one makes.</typeparam>
    /// <param name="estimator">The new one.</param>
    /// <param name="scope">When its transformer is used.</param>
    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
        => new([.. steps, (estimator ?? throw new ArgumentNullException(nameof(estimator)), scope, false)]);

    /// <summary>Keeps what the last estimator gives in memory while the next ones are fitted; columns that own something are left out.</summary>
    /// <param name="env">Not used.</param>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
        => steps.Length == 0 ? this : new([.. steps[..^1], (steps[^1].Estimator, steps[^1].Scope, true)]);
}
