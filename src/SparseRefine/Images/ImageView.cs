namespace SparseRefine.Images;

/// <summary>
/// A decoded photo that someone else owns: interleaved bytes, rows from the top, no padding between rows. The view
/// never copies; it must not outlive the memory it looks at.
/// </summary>
public readonly ref struct ImageView
{
    /// <summary>Makes a view of <paramref name="pixels"/>.</summary>
    /// <param name="pixels">Interleaved bytes, height x width x bytes per pixel, values 0..255.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="order">Order of a pixel's bytes.</param>
    /// <exception cref="ArgumentException">A size below 1, or another number of bytes than the size needs.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, int height, int width, PixelOrder order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int stride = order == PixelOrder.Rgb24 ? 3 : 4;
        long expected = (long)height * width * stride;
        if (pixels.Length != expected)
        {
            throw new ArgumentException(
                $"pixels: expected {height}x{width}x{stride} = {expected} bytes, got {pixels.Length}", nameof(pixels));
        }

        Pixels = pixels;
        Height = height;
        Width = width;
        Order = order;
    }

    /// <summary>The bytes, [height, width, <see cref="BytesPerPixel"/>].</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Order of a pixel's bytes.</summary>
    public PixelOrder Order { get; }

    /// <summary>3 or 4.</summary>
    public int BytesPerPixel => Order == PixelOrder.Rgb24 ? 3 : 4;

    /// <summary>Where red stands within a pixel.</summary>
    public int RedOffset => Order == PixelOrder.Bgra32 ? 2 : 0;

    /// <summary>Where blue stands within a pixel. Green is always at 1.</summary>
    public int BlueOffset => Order == PixelOrder.Bgra32 ? 0 : 2;
}
