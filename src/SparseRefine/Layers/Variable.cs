namespace SparseRefine.Layers;

/// <summary>A feature matrix on the tape: [rows, channels] values and, once a backward pass needs it, their gradient.</summary>
public sealed class Variable
{
    /// <summary>Takes over <paramref name="value"/>.</summary>
    /// <param name="value">[rows, channels], row-major.</param>
    /// <param name="rows">Rows (sites), 0 or more.</param>
    /// <param name="channels">Values a row, at least 1.</param>
    /// <param name="needsGradient">False for inputs nobody differentiates.</param>
    /// <exception cref="ArgumentException">Fewer values than rows x channels.</exception>
    public Variable(float[] value, int rows, int channels, bool needsGradient = true)
    {
        ArgumentNullException.ThrowIfNull(value);
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

    /// <summary>[rows, channels].</summary>
    public float[] Value { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Values a row.</summary>
    public int Channels { get; }

    /// <summary>Whether a backward pass computes <see cref="Gradient"/>.</summary>
    public bool NeedsGradient { get; }

    /// <summary>d loss / d value, [rows, channels]; zeros until a backward pass adds to it.</summary>
    public float[] Gradient => field ??= new float[Value.Length];
}
