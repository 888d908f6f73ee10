using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// A feature matrix on the tape: [rows, channels] values and, once a backward pass needs it, their gradient. Arrays from a tape's pool may be
/// longer than that: loops run to <see cref="Length"/>, never to the array's end. Not thread-safe: a step asks for values and gradient
/// before its threads start.
/// </summary>
internal sealed class Variable
{
    private readonly BufferPool? _pool;
    private float[]? _value;
    private float[]? _gradient;
    private Action<float[]>? _remake;

    /// <summary>Keeps <paramref name="value"/>, without a copy.</summary>
    /// <param name="value">[rows, channels], row-major.</param>
    /// <param name="rows">Rows (sites), 0 or more.</param>
    /// <param name="channels">Values a row, at least 1.</param>
    /// <param name="needsGradient">False for data, to which no gradient is computed.</param>
    /// <exception cref="ArgumentException">Another number of values than rows x channels.</exception>
    public Variable(float[] value, int rows, int channels, bool needsGradient = true)
        : this(value, rows, channels, needsGradient, null)
    {
        if (value.LongLength != (long)rows * channels)
        {
            throw new ArgumentException(
                $"value: expected {rows}x{channels} = {(long)rows * channels} values, got {value.Length}", nameof(value));
        }
    }

    private Variable(float[] value, int rows, int channels, bool needsGradient, BufferPool? pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        _value = value;
        _pool = pool;
        Rows = rows;
        Channels = channels;
        NeedsGradient = needsGradient;
    }

    /// <summary>[rows, channels]; computed again where it was forgotten.</summary>
    public float[] Value => _value ?? Remake();

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Values a row.</summary>
    public int Channels { get; }

    /// <summary>Rows times channels.</summary>
    public int Length => Rows * Channels;

    /// <summary>Whether a backward pass computes <see cref="Gradient"/>.</summary>
    public bool NeedsGradient { get; }

    /// <summary>d loss / d value, [rows, channels]; zeros until a backward pass adds to it.</summary>
    public float[] Gradient
    {
        get
        {
            if (TakeGradient() is { IsFresh: true, Values: float[] fresh })
            {
                fresh.AsSpan(0, Length).Clear();
            }

            return _gradient!;
        }
    }

    /// <summary>A layer's output, of arbitrary values until the layer writes them; its arrays are of the tape's pool where the tape has one.</summary>
    internal static Variable Output(Tape? tape, int rows, int channels, bool needsGradient = true) =>
        new(Take(tape?.Pool, checked(rows * channels)), rows, channels, needsGradient, tape?.Pool);

    /// <summary>The same values, to which no gradient is computed.</summary>
    internal Variable AsData() => new(Value, Rows, Channels, needsGradient: false, pool: null);

    /// <summary>The gradient's array for a backward step that writes all of its values: over arbitrary ones where it is the first to do so, else adding.</summary>
    internal GradientTarget TakeGradient()
    {
        bool isFresh = _gradient == null;
        return new GradientTarget(_gradient ??= Take(_pool, Length), isFresh);
    }

    /// <summary>Says how the values can be computed again, from a layer's input that the backward pass keeps: see <see cref="Forget"/>.</summary>
    /// <param name="remake">Fills the array with the same bits as before.</param>
    internal void CanBeRemade(Action<float[]> remake) => _remake = remake;

    /// <summary>
    /// Gives the values back to the pool until <see cref="Value"/> is asked for again, as the layer's backward step will: computing a norm twice takes
    /// one pass over memory more and saves a third of what a training step holds. Nothing happens where the values cannot be remade.
    /// </summary>
    internal void Forget()
    {
        if (_remake != null)
        {
            Discard();
        }
    }

    /// <summary>Gives the values back to the pool for good; no backward step may need them. The gradient is not concerned.</summary>
    internal void Discard()
    {
        if (_pool != null && _value != null)
        {
            _pool.Return(_value);
            _value = null;
        }
    }

    /// <summary>Gives values and gradient back to the pool, if their arrays are of the pool; nobody may use either afterwards.</summary>
    internal void Release()
    {
        Discard();
        if (_pool != null && _gradient != null)
        {
            _pool.Return(_gradient);
            _gradient = null;
        }
    }

    private static float[] Take(BufferPool? pool, int length) =>
        pool is null ? GC.AllocateUninitializedArray<float>(length) : BufferPool.RentRows<float>(pool, length);

    private float[] Remake()
    {
        if (_remake == null)
        {
            throw new InvalidOperationException("value: expected one that is kept, got one that was discarded");
        }

        float[] made = Take(_pool, Length);
        _remake(made);
        return _value = made;
    }
}
