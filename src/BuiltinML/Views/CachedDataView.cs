namespace Microsoft.ML.Data;

/// <summary>Rows kept in memory from the first reading on; the columns that can be kept. Thread safe.</summary>
internal sealed class CachedDataView : IDataView
{
    private readonly IDataView input;
    private readonly Lazy<(CachedColumn[] Columns, int Count)> kept;

    private CachedDataView(IDataView input)
    {
        this.input = input;
        kept = new(Read);
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => input.Schema;

    public static IDataView Create(IDataView input)
    {
        int[] keep = [.. input.Schema.Where(column => column.Type is PrimitiveDataViewType or VectorDataViewType).Select(column => column.Index)];
        return new CachedDataView(
            keep.Length == input.Schema.Count ? input : new MappedDataView(input, new SelectingMapping(input.Schema, keep)));
    }

    public long? GetRowCount() => kept.IsValueCreated ? kept.Value.Count : input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        HashSet<int> active = [.. columnsNeeded.Select(column => column.Index)];
        int[] order = [.. Enumerable.Range(0, kept.Value.Count)];
        rand?.Shuffle(order);
        return new Cursor(Schema, kept.Value.Columns, order, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private (CachedColumn[] Columns, int Count) Read()
    {
        CachedColumn[] columns = [.. Schema.Select(CachedColumn.Create)];
        using var cursor = input.GetRowCursor(Schema);
        Action[] fillers = [.. columns.Select((column, i) => column.Filler(cursor, Schema[i]))];
        var count = 0;
        for (; cursor.MoveNext(); count++)
        {
            Array.ForEach(fillers, fill => fill());
        }

        return (columns, count);
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly Delegate[] getters;
        private readonly int[] order;
        private int position = -1;

        public Cursor(DataViewSchema schema, CachedColumn[] columns, int[] order, HashSet<int> active)
        {
            Schema = schema;
            this.order = order;
            getters = [.. columns.Select((column, i) => active.Contains(i) ? column.MakeGetter(() => order[position]) : null)];
        }

        public override long Position => position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        public override bool MoveNext()
        {
            position = position + 1 < order.Length ? position + 1 : -1;
            return position >= 0;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new((ulong)order[position], 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => getters[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => IsColumnActive(column) ? getters[column.Index].As<TValue>(column) : throw RowGetters.Inactive(column);
    }
}
