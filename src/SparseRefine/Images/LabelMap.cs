namespace SparseRefine.Images;

/// <summary>One class index for every pixel of a photo, rows from the top.</summary>
public sealed class LabelMap
{
    /// <summary>The index that means "not labelled" unless an option says otherwise.</summary>
    public const byte DefaultIgnoreIndex = 255;

    /// <summary>Makes a map of <paramref name="labels"/>, which the map keeps without a copy: from here on the array is the map's.</summary>
    /// <param name="labels">[height, width] class indices, row-major. What the caller writes into the array later changes the map.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, or another number of labels than the size needs.</exception>
    public LabelMap(byte[] labels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (labels.LongLength != (long)height * width)
        {
            throw new ArgumentException(
                $"labels: expected {height}x{width} = {(long)height * width} values, got {labels.Length}", nameof(labels));
        }

        Labels = labels;
        Height = height;
        Width = width;
    }

    /// <summary>
    /// [height, width] class indices, row-major: the map's own array, not a copy. Code that did not make the map should only read it, since the map may be
    /// in use elsewhere at the same time.
    /// </summary>
    public byte[] Labels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }
}
