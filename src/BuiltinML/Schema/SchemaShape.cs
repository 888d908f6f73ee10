using System.Collections;

namespace Microsoft.ML;

/// <summary>What is known of columns before there are data: names, item types, whether vectors or keys.</summary>
public sealed partial class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] columns;

    /// <summary>A shape of columns.</summary>
    /// <param name="columns">The columns; null for none.</param>
    public SchemaShape(IEnumerable<Column> columns)
    {
        this.columns = columns?.ToArray() ?? [];
    }

    /// <summary>Number of columns.</summary>
    public int Count => columns.Length;

    /// <summary>The column at an index.</summary>
    /// <param name="index">0..Count-1.</param>
    public Column this[int index] => columns[index];

    /// <inheritdoc/>
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
        => new(schema.Where(column => !column.IsHidden).Select(column => new Column(column.Name, column.Type, Create(column.Annotations.Schema))));

    internal bool TryFind(string name, out Column found)
    {
        foreach (var column in columns)
        {
            if (column.Name == name)
            {
                found = column;
                return true;
            }
        }

        found = default;
        return false;
    }

    internal Column Find(string name, string role = "input")
        => TryFind(name, out var column)
            ? column
            : throw new ArgumentOutOfRangeException(nameof(name), $"Could not find {role} column '{name}'");

    // A column of a name that is there already takes its place, as the later column of a schema hides the earlier one.
    internal SchemaShape With(params IEnumerable<Column> added)
    {
        List<Column> merged = [.. columns];
        foreach (var column in added)
        {
            var at = merged.FindIndex(known => known.Name == column.Name);
            if (at < 0)
            {
                merged.Add(column);
            }
            else
            {
                merged[at] = column;
            }
        }

        return new(merged);
    }
}
