using Microsoft.ML;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// What a fit learns from and what it chooses the epoch by: the validation set where the options name one, else the rows held back. Both share the
/// cache, training rows first. Disposing closes the cursors.
/// </summary>
internal sealed class TrainingSets<T> : IDisposable
    where T : class, ITrainingRow
{
    private readonly TrainingRows<T> _rows;
    private readonly TrainingRows<T>? _validation;

    /// <summary>Reads all rows once.</summary>
    /// <param name="input">The rows given to the estimator.</param>
    /// <param name="options">The estimator's.</param>
    /// <param name="check">Refuses a schema that lacks what the columns need.</param>
    /// <param name="columns">The columns that <paramref name="bind"/> reads; the label column may be missing where <paramref name="check"/> lets it.</param>
    /// <param name="bind">See <see cref="TrainingRows{T}"/>.</param>
    public TrainingSets(
        IDataView input,
        ITrainedOptions options,
        Action<InputColumns> check,
        IReadOnlyList<string> columns,
        Func<DataViewRowCursor, Func<T>> bind)
    {
        TrainingRows<T> Read(IDataView data, string? key, long cacheBytes)
        {
            InputColumns there = InputColumns.Of(data.Schema);
            check(there);
            string[] read = [.. columns.Where(name => name != options.LabelColumnName || there.Has(name))];
            return new TrainingRows<T>(data, read, key, bind, cacheBytes, options.CancellationToken);
        }

        long bytes = options.CacheBytes;
        _rows = Read(input, options.SamplingKeyColumnName, bytes);
        if (options.ValidationSet is IDataView set)
        {
            try
            {
                _validation = Read(set, null, bytes - _rows.CachedBytes);
            }
            catch (InvalidInputException e) when (e.InputSource.StartsWith("column ", StringComparison.Ordinal))
            {
                throw new InvalidInputException("ValidationSet, which must have gone through the same transformers as the training rows", e);
            }
            (Training, Validation) = (_rows, _validation);
        }
        else
        {
            (Training, Validation) = HeldOutRows.Split(_rows, _rows.Keys, options.ValidationFraction);
        }
    }

    public IReadOnlyList<T> Training { get; }

    public IReadOnlyList<T> Validation { get; }

    public void Dispose()
    {
        _rows.Dispose();
        _validation?.Dispose();
    }
}
