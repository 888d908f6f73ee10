using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>The rows of a view in memory, columns of every type among them. Any number of cursors may read at once.</summary>
internal sealed class KeptRows : IDataView
{
    private readonly KeptColumn?[] _columns;
    private readonly int[] _order;

    /// <summary>Reads all rows.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="shuffleSeed">Gives their order; null: as they come.</param>
    /// <param name="cancellation">Ends the reading between two rows.</param>
    public KeptRows(IDataView input, int? shuffleSeed, CancellationToken cancellation)
    {
        Schema = input.Schema;
        using DataViewRowCursor cursor = input.GetRowCursor(Schema.Where(column => !column.IsHidden));
        _columns = [.. Schema.Select(column => column.IsHidden ? null : KeptColumn.Of(cursor, column))];
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (KeptColumn? column in _columns)
            {
                column?.Add();
            }
        }

        _order = [.. Enumerable.Range(0, count)];
        if (shuffleSeed is int seed)
        {
            new Random(seed).Shuffle(_order);
        }
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _order.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[_columns.Length];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[column.Index] = _columns[column.Index] is not null;
        }

        int[] order = [.. _order];
        rand?.Shuffle(order);
        return new Cursor(this, order, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(KeptRows rows, int[] order, bool[] active) : DataViewRowCursor
    {
        private int _at = -1;

        public override long Position => _at;

        public override long Batch => 0;

        public override DataViewSchema Schema => rows.Schema;

        public override bool MoveNext()
        {
            _at = _at + 1 < order.Length ? _at + 1 : -1;
            if (_at < 0)
            {
                order = [];
            }

            return _at >= 0;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => !IsColumnActive(column)
            ? throw new ArgumentException($"column: expected one of the active columns, got '{column.Name}'", nameof(column))
            : rows._columns[column.Index]!.Getter(Row) as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"column '{column.Name}': expected a getter of {column.Type.RawType.Name}, got {typeof(TValue).Name}");

        private int Row() => _at >= 0 ? order[_at] : throw new InvalidOperationException("cursor: expected to stand on a row, got none; call MoveNext first");
    }
}
