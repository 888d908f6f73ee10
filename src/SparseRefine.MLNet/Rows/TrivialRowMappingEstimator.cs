using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Base of our estimators that learn nothing: fitting checks the schema and hands out the transformer.</summary>
/// <typeparam name="TTransformer">What fitting gives.</typeparam>
public abstract class TrivialRowMappingEstimator<TTransformer> : RowMappingEstimator<TTransformer>
    where TTransformer : RowMappingTransformer
{
    private readonly TTransformer _transformer;

    private protected TrivialRowMappingEstimator(TTransformer transformer) => _transformer = transformer;

    /// <summary>Checks that <paramref name="input"/> has the columns needed; reads no row.</summary>
    /// <param name="input">Data with the columns needed.</param>
    /// <returns>The transformer, the same one each time.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public override TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.DescribeColumns(InputColumns.Of(input.Schema));
        return _transformer;
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input) =>
        _transformer.DescribeColumns(input);
}
