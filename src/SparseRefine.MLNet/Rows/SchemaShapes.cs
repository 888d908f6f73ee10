using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>
/// Makes promised shapes. ML.NET keeps the constructor of a shape's column to itself, but a loader estimator turns a
/// loader's schema into a shape: so the added columns go through a loader that never loads.
/// </summary>
internal static class SchemaShapes
{
    public static SchemaShape Append(SchemaShape input, IReadOnlyList<MappedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        foreach (MappedColumn column in added)
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }

        SchemaShape shape = new SchemaOnly(builder.ToSchema()).Append(new Identity()).GetOutputSchema();
        var names = added.Select(column => column.Name).ToHashSet();
        return new SchemaShape(input.Where(column => !names.Contains(column.Name)).Concat(shape));
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
