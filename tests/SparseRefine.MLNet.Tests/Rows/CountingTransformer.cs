using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet.Tests.Rows;

/// <summary>Stands in for a decoder: counts how often the rows above ask for its image.</summary>
internal sealed class CountingTransformer
{
    public int Reads { get; private set; }

    public IDataView Transform(IDataView input) => new View(this, input);

    private sealed class View(CountingTransformer owner, IDataView input) : IDataView
    {
        public bool CanShuffle => input.CanShuffle;

        public DataViewSchema Schema => input.Schema;

        public long? GetRowCount() => input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(owner, input.GetRowCursor(columnsNeeded, rand));

        public DataViewRowCursor[] GetRowCursorSet(
            IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class Cursor(CountingTransformer owner, DataViewRowCursor input) : DataViewRowCursor
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
            if (typeof(TValue) != typeof(MLImage))
            {
                return getter;
            }

            return (ref TValue value) =>
            {
                owner.Reads++;
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
