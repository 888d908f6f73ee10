using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Walks a few rows behind its input, so that a transformer can look at a whole window of rows before it answers for the first. Keeps the
/// values of those columns that readers asked for, and only those; owns its input. Whatever a row throws is thrown to who reads that row.
/// </summary>
internal sealed class ReadAheadCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly IRowWindow _window;
    private readonly ReadAheadColumn?[] _columns;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly (long Position, long Batch, DataViewRowId Id)[] _rows;
    private int _count;
    private bool _isDisposed;

    /// <summary>Takes over a cursor.</summary>
    /// <param name="input">The cursor to read ahead.</param>
    /// <param name="isActive">Whether a reader wants a column.</param>
    /// <param name="imageOf">The source of an image column, which the window may share.</param>
    /// <param name="rows">Rows of a window.</param>
    /// <param name="window">What is told of each row.</param>
    public ReadAheadCursor(
        DataViewRowCursor input,
        Func<DataViewSchema.Column, bool> isActive,
        Func<DataViewSchema.Column, SharedImage> imageOf,
        int rows,
        IRowWindow window)
    {
        _input = input;
        _window = window;
        _rows = new (long, long, DataViewRowId)[rows];
        _readId = input.GetIdGetter();
        _columns = [.. input.Schema.Select(column => !isActive(column) ? null
            : column.Type.RawType == typeof(MLImage) ? new ReadAheadImages(imageOf(column), rows)
            : ReadAheadColumn.Of(input, column, rows))];
    }

    public IRowWindow Window => _window;

    /// <summary>The current row's place in the window.</summary>
    public int Slot { get; private set; } = -1;

    public override long Position => Slot < 0 ? -1 : _rows[Slot].Position;

    public override long Batch => Slot < 0 ? 0 : _rows[Slot].Batch;

    public override DataViewSchema Schema => _input.Schema;

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Slot + 1 < _count)
        {
            Slot++;
            return true;
        }

        _window.Clear();
        _count = 0;
        Slot = -1;
        while (_count < _rows.Length && _input.MoveNext())
        {
            ref (long Position, long Batch, DataViewRowId Id) row = ref _rows[_count];
            (row.Position, row.Batch) = (_input.Position, _input.Batch);
            _readId(ref row.Id);
            _window.Read();
            foreach (ReadAheadColumn? column in _columns)
            {
                column?.Read(_count);
            }

            _count++;
        }

        return _count > 0 && ++Slot == 0;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        ThrowUnlessOnARow();
        id = _rows[Slot].Id;
    };

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < _columns.Length && _columns[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new ArgumentException($"column: expected one of the active columns, got '{column.Name}'", nameof(column));
        }

        ReadAheadColumn<TValue> values = _columns[column.Index] as ReadAheadColumn<TValue> ?? throw new InvalidOperationException(
            $"column '{column.Name}': expected a getter of {column.Type.RawType.Name}, got {typeof(TValue).Name}");
        return (ref TValue value) =>
        {
            ThrowUnlessOnARow();
            values.Get(Slot, ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            foreach (ReadAheadColumn? column in _columns)
            {
                column?.Dispose();
            }

            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ThrowUnlessOnARow()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(DataViewRow));
        if (Slot < 0)
        {
            throw new InvalidOperationException("cursor: expected to stand on a row, got none; call MoveNext first");
        }
    }
}
