using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Images of a row that someone outside a transformer reads.</summary>
internal static class RowImages
{
    /// <summary>The image that the row's own stages use, where they share it; else one of its own.</summary>
    public static SharedImage Of(DataViewRow row, DataViewSchema.Column column) =>
        row is IScopedRow ours && column.Index < ours.Scope.InputColumnCount
            ? ours.Scope.Image(column.Name)
            : new SharedImage(row, column);
}
