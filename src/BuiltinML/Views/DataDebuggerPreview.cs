using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>The first rows of a view, read when it was made.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Schema = data.Schema;
        List<object[]> rows = [];
        using (var cursor = data.GetRowCursor(Schema))
        {
            Func<object>[] readers = [.. Schema.Select(column => cursor.GetBoxed(column))];
            while (rows.Count < maxRows && cursor.MoveNext())
            {
                rows.Add([.. readers.Select(read => read())]);
            }
        }

        ColumnView = [.. Schema.Select(column => new ColumnInfo(column, [.. rows.Select(row => row[column.Index])]))];
        RowView = [.. rows.Select(row => new RowInfo([.. Schema.Select(column => KeyValuePair.Create(column.Name, row[column.Index]))]))];
    }

    /// <summary>The columns.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>Values by column.</summary>
    public ImmutableArray<ColumnInfo> ColumnView { get; }

    /// <summary>Values by row.</summary>
    public ImmutableArray<RowInfo> RowView { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    /// <summary>One column's values.</summary>
    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        /// <summary>The column.</summary>
        public DataViewSchema.Column Column { get; }

        /// <summary>Its values.</summary>
        public object[] Values { get; }

        /// <inheritdoc/>
        public override string ToString() => Column.ToString();
    }

    /// <summary>One row's values.</summary>
    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values)
        {
            Values = values;
        }

        /// <summary>Names and values.</summary>
        public KeyValuePair<string, object>[] Values { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Values.Length} columns";
    }
}
