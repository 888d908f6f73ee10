namespace Microsoft.ML.Data;

/// <summary>A mapping over a data view.</summary>
internal sealed class MappedDataView(IDataView input, RowMapping mapping) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapping.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(mapping.GetDependencies(needed), rand), mapping, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapping.GetDependencies(needed), n, rand).Select(cursor => new Cursor(cursor, mapping, needed))];
    }

    private sealed class Cursor(DataViewRowCursor source, RowMapping mapping, DataViewSchema.Column[] active) : WrappingCursor(source)
    {
        private readonly MappedGetters getters = new(mapping, source, active);

        public override DataViewSchema Schema => getters.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

        protected override void DisposeOwn() => getters.Dispose();
    }
}
