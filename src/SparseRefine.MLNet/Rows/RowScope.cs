using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// What one transformer keeps for one cursor or prediction row: the memoised values of its columns and the images it
/// shares with our other transformers on the same row.
/// </summary>
internal sealed class RowScope : IDisposable
{
    private readonly DataViewRow _input;
    private readonly RowMapper _mapper;
    private readonly Lazy<IReadOnlyList<Delegate>> _getters;
    private readonly Dictionary<int, SharedImage> _images = [];
    private readonly HashSet<int> _asked = [];
    private readonly HashSet<int> _shown = [];
    private bool _disposed;

    public RowScope(RowMapper mapper, DataViewRow input)
    {
        _mapper = mapper;
        _input = input;
        _getters = new Lazy<IReadOnlyList<Delegate>>(() => mapper.Bind(this));
    }

    /// <summary>The transformer's input row.</summary>
    public DataViewRow Input => _input;

    /// <summary>Columns of the input: those whose images can be shared.</summary>
    public int InputColumnCount => _mapper.InputSchema.Count;

    /// <summary>A column of the input.</summary>
    public DataViewSchema.Column Column(string name) => _mapper.InputSchema[name];

    /// <summary>The getter of column <paramref name="added"/> of those the transformer adds.</summary>
    public Delegate GetAdded(int added)
    {
        _shown.Add(added);
        return Take(added);
    }

    /// <summary>Whether a reader has taken the getter of column <paramref name="added"/> of those the transformer adds.</summary>
    public bool IsAsked(int added) => _asked.Contains(added);

    /// <summary>
    /// Whether somebody but our own transformers has: their <see cref="Reader{T}"/> does not keep values beyond the row, so that a column that nobody
    /// else reads may use the memory of a row's value for the next one.
    /// </summary>
    public bool IsShown(int added) => _shown.Contains(added);

    /// <summary>A getter that hands out a memoised reference; every reader gets the same object.</summary>
    public ValueGetter<T> Getter<T>(Memo<T> memo)
    {
        return (ref T value) =>
        {
            ThrowIfDisposed();
            value = memo.Value;
        };
    }

    /// <summary>
    /// A getter of images that a transformer makes anew for each reader. By ML.NET's convention it disposes the image that it is handed, here only if it is one of ours: readers share
    /// the delegate, and what is ours is known by reference, weakly, to keep no image alive.
    /// </summary>
    /// <param name="make">Makes the row's image; null where the row has none.</param>
    public ValueGetter<MLImage> ImageGetter(Func<MLImage?> make)
    {
        ConditionalWeakTable<MLImage, object> made = [];
        return (ref MLImage value) =>
        {
            ThrowIfDisposed();
            MLImage? image = make();
            if (value is not null && made.Remove(value))
            {
                value.Dispose();
            }

            if (image is not null)
            {
                made.Add(image, made);
            }

            value = image!;
        };
    }

    /// <summary>Reads a column for a transformer of ours, which must not keep the values beyond the row nor hand them on.</summary>
    public Func<T> Reader<T>(string column)
    {
        ValueGetter<T> getter = Borrow<T>(_mapper.InputSchema[column].Index);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value;
        };
    }

    /// <summary>
    /// The image of a column, decoded once a row for all of our transformers that stand directly on each other: the
    /// lowest row that has the column owns the one source, which its producer replaces row by row.
    /// </summary>
    public SharedImage Image(string column) => Image(_mapper.InputSchema[column].Index);

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, typeof(DataViewRow));

    public void Dispose() => _disposed = true;

    private Delegate Take(int added)
    {
        _asked.Add(added);
        return _getters.Value[added];
    }

    // The getter of an input column, past the rows below that only hand the column on.
    private ValueGetter<T> Borrow<T>(int inputColumn)
    {
        if (_input is not MappedRow { Scope: RowScope below })
        {
            return _input.GetGetter<T>(_mapper.InputSchema[inputColumn]);
        }

        return inputColumn < below.InputColumnCount
            ? below.Borrow<T>(inputColumn)
            : (ValueGetter<T>)below.Take(inputColumn - below.InputColumnCount);
    }

    private SharedImage Image(int inputColumn)
    {
        if (!_images.TryGetValue(inputColumn, out SharedImage? image))
        {
            image = _input is MappedRow below && inputColumn < below.Scope.InputColumnCount
                ? below.Scope.Image(inputColumn)
                : new SharedImage(_input, _mapper.InputSchema[inputColumn]);
            _images.Add(inputColumn, image);
        }

        return image;
    }
}
