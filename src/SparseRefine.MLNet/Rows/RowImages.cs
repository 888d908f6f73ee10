using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Images of a cursor that someone outside a transformer reads.</summary>
internal static class RowImages
{
    /// <summary>The image that the cursor's own stages use, where they share it; else one of its own.</summary>
    public static SharedImage Of(DataViewRowCursor cursor, DataViewSchema.Column column) =>
        cursor is IScopedRow ours && column.Index < ours.Scope.InputColumnCount
            ? ours.Scope.Image(column.Name)
            : new SharedImage(cursor, column);
}
