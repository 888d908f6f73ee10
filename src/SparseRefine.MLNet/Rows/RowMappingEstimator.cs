using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Base of our estimators: promises the same columns that its transformer delivers.</summary>
/// <typeparam name="TTransformer">What fitting gives.</typeparam>
public abstract class RowMappingEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : RowMappingTransformer
{
    private protected RowMappingEstimator()
    {
    }

    /// <summary>Fits to data.</summary>
    /// <param name="input">Data with the columns needed.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public abstract TTransformer Fit(IDataView input);

    /// <summary>The columns that the transformer will give for input of this shape.</summary>
    /// <param name="inputSchema">Shape of the input.</param>
    /// <returns>The input's columns, ours added; one of the same name is replaced.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaShapes.Append(inputSchema, Promise(InputColumns.Of(inputSchema)));
    }

    private protected abstract IReadOnlyList<MappedColumn> Promise(InputColumns input);
}
