namespace Microsoft.ML.Data;

/// <summary>A view over objects, in their order.</summary>
internal sealed class EnumerableDataView<TRow>(IEnumerable<TRow> rows, SchemaDefinition definition) : IDataView
    where TRow : class
{
    private readonly TypedSchema typed = new(typeof(TRow), definition);

    public bool CanShuffle => false;

    public DataViewSchema Schema => typed.Schema;

    public long? GetRowCount() => rows is ICollection<TRow> collection ? collection.Count : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(typed, rows.GetEnumerator(), [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IEnumerator<TRow> rows;
        private readonly HashSet<int> active;
        private readonly Delegate[] getters;
        private TRow current;
        private long position = -1;

        public Cursor(TypedSchema typed, IEnumerator<TRow> rows, HashSet<int> active)
        {
            Schema = typed.Schema;
            this.rows = rows;
            this.active = active;
            getters = typed.MakeGetters(
                () => current ?? throw new InvalidOperationException("Cannot call a getter before the first or after the last row."), active.Contains);
        }

        public override long Position => position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        public override bool MoveNext()
        {
            if (rows.MoveNext())
            {
                current = rows.Current ?? throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.");
                position++;
                return true;
            }

            current = null;
            position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId value) => value = new((ulong)position, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => active.Contains(column.Index) ? getters[column.Index].As<TValue>(column) : throw RowGetters.Inactive(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rows.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
