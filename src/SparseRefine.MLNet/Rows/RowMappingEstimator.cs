using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>
/// Base of our estimators: promises the same columns that its transformer delivers. One that learns nothing has its transformer from the start.
/// </summary>
/// <typeparam name="TTransformer">What fitting gives.</typeparam>
public abstract class RowMappingEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : RowMappingTransformer
{
    private readonly TTransformer? _transformer;

    private protected RowMappingEstimator(TTransformer? transformer = null) => _transformer = transformer;

    /// <summary>Fits to data; where there is nothing to learn, checks that the columns are there and reads no row.</summary>
    /// <param name="input">Data with the columns needed.</param>
    /// <returns>The transformer; where there is nothing to learn, the same one each time.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public virtual TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Promise(InputColumns.Of(input.Schema));
        return _transformer!;
    }

    /// <summary>The columns that the transformer will give for input of this shape.</summary>
    /// <param name="inputSchema">Shape of the input.</param>
    /// <returns>The input's columns, ours added; one of the same name is replaced.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaShapes.Append(inputSchema, Promise(InputColumns.Of(inputSchema)));
    }

    private protected virtual IReadOnlyList<MappedColumn> Promise(InputColumns input) => _transformer!.DescribeColumns(input);
}
