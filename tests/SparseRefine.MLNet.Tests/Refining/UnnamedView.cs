using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet.Tests.Refining;

/// <summary>The same rows, no annotations.</summary>
internal sealed class UnnamedView(IDataView data) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = Strip(data.Schema);

    public long? GetRowCount() => data.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(data.GetRowCursor(columnsNeeded.Select(column => data.Schema[column.Name])), Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema Strip(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in schema.Where(column => !column.IsHidden))
        {
            builder.AddColumn(column.Name, column.Type);
        }

        return builder.ToSchema();
    }

    private sealed class Cursor(DataViewRowCursor inner, DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override bool MoveNext() => inner.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Name]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(inner.Schema[column.Name]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
