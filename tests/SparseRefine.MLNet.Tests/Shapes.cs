using Microsoft.ML;

namespace SparseRefine.MLNet.Tests;

/// <summary>What an estimator is promised of data of a schema.</summary>
internal static class Shapes
{
    public static SchemaShape Of(DataViewSchema schema) => SchemaShapes.Append(
        new SchemaShape([]),
        [.. schema.Where(column => !column.IsHidden)
            .Select(column => new MappedColumn(column.Name, column.Type, [], column.Annotations))]);
}
