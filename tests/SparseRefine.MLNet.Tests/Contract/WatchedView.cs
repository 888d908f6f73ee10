using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>Hands rows on as they are and notes which columns are asked for and how often each is read.</summary>
internal sealed class WatchedView(IDataView input) : IDataView
{
    public HashSet<string> Asked { get; } = [];

    public Dictionary<string, int> Reads { get; } = [];

    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        Asked.UnionWith(columns.Select(column => column.Name));
        return new Cursor(this, input.GetRowCursor(columns, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(WatchedView owner, DataViewRowCursor input) : DataViewRowCursor
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => input.Schema;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> getter = input.GetGetter<TValue>(column);
            return (ref TValue value) =>
            {
                owner.Reads[column.Name] = owner.Reads.GetValueOrDefault(column.Name) + 1;
                getter(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}
