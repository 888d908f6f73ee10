namespace SparseRefine.Layers;

/// <summary>A feature matrix on the tape: [rows, channels] values and, once a backward pass needs it, their gradient.</summary>
internal sealed class Variable
{
    private readonly TapeBuffers? _buffers;
    private float[]? _gradient;

    /// <summary>Keeps <paramref name="value"/>, without a copy.</summary>
    /// <param name="value">[rows, channels], row-major.</param>
    /// <param name="rows">Rows (sites), 0 or more.</param>
    /// <param name="channels">Values a row, at least 1.</param>
    /// <param name="needsGradient">False for data, to which no gradient is computed.</param>
    /// <exception cref="ArgumentException">Fewer values than rows x channels.</exception>
    public Variable(float[] value, int rows, int channels, bool needsGradient = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (value.LongLength != (long)rows * channels)
        {
            throw new ArgumentException(
                $"value: expected {rows}x{channels} = {(long)rows * channels} values, got {value.Length}", nameof(value));
        }

        Value = value;
        Rows = rows;
        Channels = channels;
        NeedsGradient = needsGradient;
    }

    private Variable(TapeBuffers? buffers, int rows, int channels, bool needsGradient)
        : this(TapeBuffers.Take(buffers, checked(rows * channels)), rows, channels, needsGradient) => _buffers = buffers;

    /// <summary>[rows, channels].</summary>
    public float[] Value { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Values a row.</summary>
    public int Channels { get; }

    /// <summary>Whether a backward pass computes <see cref="Gradient"/>.</summary>
    public bool NeedsGradient { get; }

    /// <summary>
    /// d loss / d value, [rows, channels]; zeros until a backward pass adds to it. Not thread-safe: a backward step asks for it before its threads start.
    /// </summary>
    public float[] Gradient
    {
        get
        {
            if (TakeGradient() is { IsFresh: true, Values: float[] fresh })
            {
                Array.Clear(fresh);
            }

            return _gradient!;
        }
    }

    /// <summary>A layer's output, of arbitrary values until the layer writes them; its arrays are of the tape's buffers where the tape has buffers.</summary>
    internal static Variable Output(Tape? tape, int rows, int channels, bool needsGradient = true) =>
        new(tape?.Buffers, rows, channels, needsGradient);

    /// <summary>The gradient's array for a backward step that writes all of its values: over arbitrary ones where it is the first to do so, else adding.</summary>
    internal GradientTarget TakeGradient()
    {
        bool isFresh = _gradient == null;
        return new GradientTarget(_gradient ??= TapeBuffers.Take(_buffers, Value.Length), isFresh);
    }

    /// <summary>Gives values and gradient back to the tape's buffers, if their arrays are of those; nobody may use either afterwards.</summary>
    internal void Release()
    {
        if (_buffers == null)
        {
            return;
        }

        _buffers.Return(Value);
        if (_gradient != null)
        {
            _buffers.Return(_gradient);
        }
    }
}
