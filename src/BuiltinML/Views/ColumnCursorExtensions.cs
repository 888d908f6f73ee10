namespace Microsoft.ML.Data;

/// <summary>Reads single columns.</summary>
public static class ColumnCursorExtensions
{
    /// <summary>A column's values, row by row.</summary>
    /// <typeparam name="T">The column's raw type; string for text, an array for a vector.</typeparam>
    /// <param name="data">The rows.</param>
    /// <param name="columnName">The column's name.</param>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return data.GetColumn<T>(data.Schema.GetColumnOrNull(columnName)
            ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"Could not find input column '{columnName}'"));
    }

    /// <summary>A column's values, row by row.</summary>
    /// <typeparam name="T">The column's raw type; string for text, an array for a vector.</typeparam>
    /// <param name="data">The rows.</param>
    /// <param name="column">The column.</param>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        var member = TypedMember.Of(typeof(Cell<T>), nameof(Cell<T>.Value), column.Name, column.Type);
        return Read<T>(data, column, member);
    }

    private static IEnumerable<T> Read<T>(IDataView data, DataViewSchema.Column column, TypedMember member)
    {
        using var cursor = data.GetRowCursor([column]);
        var fill = member.MakeSetter<Cell<T>>(cursor, column);
        while (cursor.MoveNext())
        {
            Cell<T> cell = new();
            fill(cell);
            yield return cell.Value;
        }
    }

    private sealed class Cell<T>
    {
        public T Value { get; set; }
    }
}
