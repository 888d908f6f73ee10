namespace SparseRefine.Images;

/// <summary>A dense model's inner features for one photo, at whatever resolution it has them.</summary>
public sealed class FeatureMap
{
    /// <summary>Makes a map of <paramref name="values"/>, which the map keeps without a copy.</summary>
    /// <param name="values">[channels, height, width], finite; must not be changed afterwards.</param>
    /// <param name="channels">Number of channels, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, or another number of values than the size needs.</exception>
    /// <exception cref="InvalidInputException">A value that is NaN or infinite.</exception>
    public FeatureMap(float[] values, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.LongLength != (long)channels * height * width)
        {
            throw new ArgumentException(
                $"values: expected {channels}x{height}x{width} = {(long)channels * height * width} values, got {values.Length}",
                nameof(values));
        }

        int bad = values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new InvalidInputException("features", "finite values", $"{values[bad]} in channel {bad / (height * width)}");
        }

        Values = values;
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>[channels, height, width]: the array itself, not a copy. Must not be changed.</summary>
    public float[] Values { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Rows of a plane.</summary>
    public int Height { get; }

    /// <summary>Columns of a plane.</summary>
    public int Width { get; }
}
