using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>
/// Makes promised shapes. ML.NET keeps the constructor of a shape's column to itself, but a loader estimator turns a
/// loader's schema into a shape: so the added columns go through a loader that never loads.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>
    /// The input's columns, the added ones behind them. Each of ML.NET's loaders promises an image type of its own, and its CustomMapping compares
    /// types by reference: so images of no stated size are promised anew, with the registered type.
    /// </summary>
    public static SchemaShape Append(SchemaShape input, IReadOnlyList<MappedColumn> added)
    {
        var names = added.Select(column => column.Name).ToHashSet();
        SchemaShape.Column[] kept = [.. input.Where(column => !names.Contains(column.Name))];
        var builder = new DataViewSchema.Builder();
        foreach (SchemaShape.Column image in kept.Where(column => column.ItemType.Equals(ColumnTypes.Image)))
        {
            builder.AddColumn(image.Name, ColumnTypes.Image);
        }

        foreach (MappedColumn column in added)
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }

        SchemaShape.Column[] promised = [.. new SchemaOnly(builder.ToSchema()).Append(new Identity()).GetOutputSchema()];
        int images = promised.Length - added.Count;
        var known = promised[..images].ToDictionary(column => column.Name);
        return new SchemaShape(kept.Select(column => known.GetValueOrDefault(column.Name, column)).Concat(promised[images..]));
    }

    private sealed class SchemaOnly(DataViewSchema schema) : IDataLoader<object>
    {
        public DataViewSchema GetOutputSchema() => schema;

        public IDataView Load(object input) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }

    private sealed class Identity : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => throw new NotSupportedException();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
