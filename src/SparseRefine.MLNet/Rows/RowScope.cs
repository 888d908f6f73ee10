using Microsoft.ML;

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
        _asked.Add(added);
        return _getters.Value[added];
    }

    /// <summary>Whether somebody has taken the getter of column <paramref name="added"/> of those the transformer adds.</summary>
    public bool IsAsked(int added) => _asked.Contains(added);

    /// <summary>A getter that hands out a memoised reference; every reader gets the same object.</summary>
    public ValueGetter<T> Getter<T>(Memo<T> memo)
    {
        return (ref T value) =>
        {
            ThrowIfDisposed();
            value = memo.Value;
        };
    }

    /// <summary>Reads a column whose values stay valid after the row (everything but images).</summary>
    public Func<T> Reader<T>(string column)
    {
        ValueGetter<T> getter = _input.GetGetter<T>(_mapper.InputSchema[column]);
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

    private SharedImage Image(int inputColumn)
    {
        if (!_images.TryGetValue(inputColumn, out SharedImage? image))
        {
            image = _input is IScopedRow below && inputColumn < below.Scope.InputColumnCount
                ? below.Scope.Image(inputColumn)
                : new SharedImage(_input, _mapper.InputSchema[inputColumn]);
            _images.Add(inputColumn, image);
        }

        return image;
    }
}
