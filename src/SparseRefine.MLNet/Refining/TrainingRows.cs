using System.Collections;
using Microsoft.ML;
using SparseRefine.Kernels;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// The rows that a training takes in any order. As many of the first ones as fit are kept in memory; each of the others is read again, dense model
/// included, whenever the training asks for it. All are read once at first, so that a bad row is an error before the first step. Thread-safe: one
/// reader at a time walks the data view. Disposing closes the cursor.
/// </summary>
/// <typeparam name="T">What is made of a row.</typeparam>
internal sealed class TrainingRows<T> : IReadOnlyList<T>, IDisposable
    where T : class, ITrainingRow
{
    private readonly Lock _gate = new();
    private readonly Func<DataViewRowCursor> _open;
    private readonly Func<DataViewRowCursor, Func<T>> _bind;
    private readonly List<(string Name, T? Kept)> _rows = [];
    private readonly List<string> _keys = [];
    private DataViewRowCursor? _cursor;
    private Func<T>? _read;
    private int _at;

    /// <summary>Reads all rows, and keeps those that fit.</summary>
    /// <param name="data">The rows. Cheap to walk: rows that are passed over are not read.</param>
    /// <param name="columns">The columns that <paramref name="bind"/> reads.</param>
    /// <param name="keyColumn">The column of <see cref="Keys"/>; null: each row has one of its own.</param>
    /// <param name="bind">Given a cursor, makes the function that makes a row of where the cursor stands and checks it.</param>
    /// <param name="cacheBytes">Memory that the kept rows may take.</param>
    /// <param name="cancellation">Ends the reading between two rows.</param>
    /// <exception cref="ArgumentException">No rows, or a key column that is missing or neither text nor a number.</exception>
    public TrainingRows(
        IDataView data,
        IReadOnlyList<string> columns,
        string? keyColumn,
        Func<DataViewRowCursor, Func<T>> bind,
        long cacheBytes,
        CancellationToken cancellation)
    {
        DataViewSchema.Column[] read = [.. columns.Select(name => data.Schema[name])];
        _open = () => data.GetRowCursor(read);
        _bind = bind;
        DataViewSchema.Column? key = RowKeys.Column(data.Schema, keyColumn);
        using DataViewRowCursor cursor = data.GetRowCursor(key is DataViewSchema.Column used ? [.. read, used] : read);
        Func<T> make = bind(cursor);
        Func<string> readKey = RowKeys.Reader(cursor, key);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            T row = make();
            bool fits = CachedBytes + row.Bytes <= cacheBytes;
            CachedBytes += fits ? row.Bytes : 0;
            _rows.Add((row.Name, fits ? row : null));
            _keys.Add(readKey());
            Garbage.Bound();
        }

        if (_rows.Count == 0)
        {
            throw new ArgumentException("data: expected at least one row, got none");
        }
    }

    /// <summary>A key for each row: rows of one key are held back together.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>Memory of the rows that are kept.</summary>
    public long CachedBytes { get; private set; }

    public int Count => _rows.Count;

    /// <exception cref="InvalidInputException">A row that cannot be read again, named.</exception>
    public T this[int index] => _rows[index].Kept ?? ReadAgain(index);

    public IEnumerator<T> GetEnumerator() => ReadAhead.InOrder(this).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private T ReadAgain(int index)
    {
        string name = _rows[index].Name;
        lock (_gate)
        {
            try
            {
                if (_cursor is null || _at > index)
                {
                    Close();
                    _cursor = _open();
                    _read = _bind(_cursor);
                    _at = -1;
                }

                for (; _at < index; _at++)
                {
                    if (!_cursor.MoveNext())
                    {
                        throw new InvalidInputException(name, $"row {index} of {Count} as when the fit began", $"the end after {_at + 1} rows");
                    }
                }

                Garbage.Bound();
                T row = _read!();
                return row.Name == name ? row : throw new InvalidInputException(name, "the photo that stood there when the fit began", $"'{row.Name}'");
            }
            catch (Exception e)
            {
                Close();
                if (e is InvalidInputException { InputSource: string source } invalid && source != name)
                {
                    throw new InvalidInputException(name, invalid.Expected, invalid.Got, e);
                }

                if (e is IOException or UnauthorizedAccessException)
                {
                    throw new InvalidInputException(name, "the photo that was read when the fit began", e.Message, e);
                }

                throw;
            }
        }
    }

    private void Close()
    {
        _cursor?.Dispose();
        (_cursor, _read) = (null, null);
    }
}
