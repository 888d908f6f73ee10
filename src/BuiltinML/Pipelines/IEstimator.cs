namespace Microsoft.ML;

/// <summary>Makes a transformer of data.</summary>
/// <typeparam name="TTransformer">Type of the transformer.</typeparam>
public interface IEstimator<out TTransformer>
    where TTransformer : ITransformer
{
    /// <summary>Looks at the data and makes the transformer.</summary>
    /// <param name="input">The data.</param>
    TTransformer Fit(IDataView input);

    /// <summary>The shape of what the transformer gives; throws when the input does not fit.</summary>
    /// <param name="inputSchema">The input's shape.</param>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
