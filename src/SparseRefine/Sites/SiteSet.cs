namespace SparseRefine.Sites;

/// <summary>
/// The active pixels ("sites") of a batch of equally large images, in a fixed order. Row i of every feature matrix
/// over the set belongs to site i. A regular grid is the set in which every pixel is active.
/// </summary>
public sealed class SiteSet
{
    /// <summary>Keeps <paramref name="indices"/>, without a copy.</summary>
    /// <param name="indices">One linear index ((image * height) + y) * width + x for each site, each once, any order; must not be changed afterwards.</param>
    /// <param name="images">Images in the batch, at least 1.</param>
    /// <param name="height">Rows of an image, at least 1.</param>
    /// <param name="width">Columns of an image, at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, more than 2^31 - 1 pixels, an index out of range or given twice.</exception>
    public SiteSet(int[] indices, int images, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        long pixels = (long)images * height * width;
        if (pixels > int.MaxValue)
        {
            throw new ArgumentException($"images x height x width: expected at most {int.MaxValue} pixels, got {pixels}");
        }

        bool ascending = true;
        int previous = -1;
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)pixels)
            {
                throw new ArgumentException(
                    $"indices: expected values from 0 to {pixels - 1}, got {index}", nameof(indices));
            }

            ascending &= index > previous;
            previous = index;
        }

        if (!ascending)
        {
            ThrowIfRepeated(indices, (int)pixels);
        }

        Indices = indices;
        Count = indices.Length;
        Images = images;
        Height = height;
        Width = width;
        IsAscending = ascending;
    }

    private SiteSet(int[] ascending, int height, int width, int count, bool isAscending)
    {
        Indices = ascending;
        Count = count;
        Images = 1;
        Height = height;
        Width = width;
        IsAscending = isAscending;
    }

    /// <summary>Linear index of each site: ((image * height) + y) * width + x. Must not be changed.</summary>
    public int[] Indices { get; }

    /// <summary>Number of sites.</summary>
    public int Count { get; }

    /// <summary>Images in the batch.</summary>
    public int Images { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>Whether the sites stand in row-major order.</summary>
    public bool IsAscending { get; }

    /// <summary>Sites as a share of all pixels, 0..1.</summary>
    public double Density => Count / ((double)Images * Height * Width);

    /// <summary>Every pixel of the batch, row-major.</summary>
    /// <param name="images">Images in the batch.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <returns>The full set.</returns>
    public static SiteSet Full(int images, int height, int width)
    {
        int[] indices = new int[checked(images * height * width)];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = i;
        }

        return new SiteSet(indices, images, height, width);
    }

    /// <summary>
    /// Pixels of one image, row-major, without the checks of the constructor. The array may be longer than the set and may be a buffer that its owner
    /// writes over for the next image: such a set must not leave the engine.
    /// </summary>
    internal static SiteSet OverBuffer(int[] ascending, int count, int height, int width) =>
        new(ascending, height, width, count, true);

    private static void ThrowIfRepeated(int[] indices, int pixels)
    {
        bool[] seen = new bool[pixels];
        foreach (int index in indices)
        {
            if (seen[index])
            {
                throw new ArgumentException($"indices: expected each pixel once, got {index} twice", nameof(indices));
            }

            seen[index] = true;
        }
    }
}
