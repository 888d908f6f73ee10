using System.Globalization;

namespace SparseRefine.Images;

/// <summary>One class index for every pixel of a photo, rows from the top.</summary>
/// <example><code>
/// LabelMap map = IndexPng.Read("answers/06_h.png");
/// byte middle = map[map.Height / 2, map.Width / 2];
/// double vessels = map.Shares(2)[1];
/// </code></example>
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

    /// <summary>The class index of a pixel.</summary>
    /// <param name="y">Its row, 0 to <see cref="Height"/> - 1 from the top.</param>
    /// <param name="x">Its column, 0 to <see cref="Width"/> - 1 from the left.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place outside the map.</exception>
    public byte this[int y, int x]
    {
        get
        {
            return (uint)y < (uint)Height && (uint)x < (uint)Width
                ? Labels[(y * Width) + x]
                : throw new ArgumentOutOfRangeException(null, $"[y, x]: expected a pixel of {Height}x{Width}, rows first, got [{y}, {x}]");
        }
    }

    /// <summary>Writes the map as a PNG file of palette indices.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="classes">The colors; null: distinct ones.</param>
    /// <exception cref="ArgumentException">The ending of another format, as .jpg, which would not hold class indices.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, ClassList? classes = null) => IndexPng.Write(this, PngName.Checked(path), ClassPalette.Of(classes));

    /// <summary>Share of the pixels that have each index, by index; together with the share of <see cref="DefaultIgnoreIndex"/> they make 1.</summary>
    /// <param name="classes">How many values to give at least, 0 to 256; there are more where the map has higher indices than that, other than <see cref="DefaultIgnoreIndex"/>.</param>
    /// <returns>Values from 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another number of classes.</exception>
    public double[] Shares(int classes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)classes, 256u, nameof(classes));
        Span<int> counts = stackalloc int[256];
        Count(counts);
        int length = Math.Max(classes, counts[..DefaultIgnoreIndex].LastIndexOfAnyExcept(0) + 1);
        double[] shares = new double[length];
        for (int c = 0; c < length; c++)
        {
            shares[c] = counts[c] / (double)Labels.Length;
        }

        return shares;
    }

    /// <summary>Size and shares, as in <c>2336x3504: 0 91.2 %, 1 8.8 %</c>; the three most frequent indices where there are more.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        const int Most = 3;
        int[] counts = new int[256];
        Count(counts);
        int[] found = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).OrderByDescending(c => counts[c]).ThenBy(c => c)];
        IEnumerable<string> shares = found.Take(Most).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} {100.0 * counts[c] / Labels.Length:0.0} %"));
        return $"{Height}x{Width}: {string.Join(", ", shares)}{(found.Length > Most ? $" and {found.Length - Most} more" : "")}";
    }

    private void Count(Span<int> counts)
    {
        counts.Clear();
        foreach (byte label in Labels)
        {
            counts[label]++;
        }
    }
}
