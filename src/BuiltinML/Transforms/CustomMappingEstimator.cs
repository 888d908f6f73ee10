using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Columns computed by the user's own code.</summary>
/// <typeparam name="TSrc">Class of the columns that are read.</typeparam>
/// <typeparam name="TDst">Class of the columns that are added.</typeparam>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer)
        : base(transformer)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(SchemaShape.Create(Transformer.Added));
    }
}
