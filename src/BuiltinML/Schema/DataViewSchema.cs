using System.Collections;

namespace Microsoft.ML;

/// <summary>
/// The columns of a data view, in order. Names may repeat: the last column of a name is reached by it, the earlier
/// ones are hidden and reached by index only. Immutable.
/// </summary>
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] columns;
    private readonly Dictionary<string, int> byName = [];

    private DataViewSchema(IReadOnlyList<DetachedColumn> source)
    {
        for (var i = 0; i < source.Count; i++)
        {
            byName[source[i].Name] = i;
        }

        columns = [.. source.Select((column, i) => new Column(
            column.Name, i, byName[column.Name] != i, column.Type, column.Annotations ?? Annotations.Empty))];
    }

    /// <summary>Number of columns, hidden ones included.</summary>
    public int Count => columns.Length;

    /// <summary>The visible column of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Column this[string name]
        => byName.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out var index)
            ? columns[index]
            : throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");

    /// <summary>The column at an index.</summary>
    /// <param name="columnIndex">0..Count-1.</param>
    public Column this[int columnIndex]
        => columnIndex >= 0 && columnIndex < columns.Length
            ? columns[columnIndex]
            : throw new ArgumentOutOfRangeException(nameof(columnIndex), columnIndex, $"columnIndex: expected 0..{Count - 1}");

    /// <summary>The visible column of a name, or null.</summary>
    /// <param name="name">The name.</param>
    public Column? GetColumnOrNull(string name)
        => byName.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out var index) ? columns[index] : null;

    /// <inheritdoc/>
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"{Count} columns";
}
