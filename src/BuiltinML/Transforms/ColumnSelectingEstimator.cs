using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps or drops columns.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] names, bool keep, bool keepHidden)
        : base(new ColumnSelectingTransformer(names, keep, keepHidden))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] named = [.. Transformer.Names.Select(name => inputSchema.Find(name))];
        return new(Transformer.Keep ? named : inputSchema.Where(column => !Transformer.Names.Contains(column.Name)));
    }
}
