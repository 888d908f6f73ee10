using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Looks at the first rows.</summary>
public static class DebuggerExtensions
{
    /// <summary>The first rows of a view.</summary>
    /// <param name="data">The view.</param>
    /// <param name="maxRows">How many.</param>
    public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        return new(data, maxRows);
    }

    /// <summary>The first rows of what an estimator's transformer makes.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">What goes in.</param>
    /// <param name="maxRows">How many rows to look at.</param>
    /// <param name="maxTrainingRows">How many rows to fit on.</param>
    public static DataDebuggerPreview Preview(this IEstimator<ITransformer> estimator, IDataView data, int maxRows = 100, int maxTrainingRows = 100)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new(estimator.Fit(new RangeDataView(data, 0, maxTrainingRows)).Transform(data), maxRows);
    }

    /// <summary>The first rows of what a transformer makes.</summary>
    /// <param name="transformer">The transformer.</param>
    /// <param name="data">What goes in.</param>
    /// <param name="maxRows">How many rows to look at.</param>
    public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = 100)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new(transformer.Transform(data), maxRows);
    }
}
