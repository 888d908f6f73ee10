namespace SparseRefine.Images;

/// <summary>A decoded photo that owns its bytes; what training keeps and augmentation makes.</summary>
internal sealed class ImageBuffer
{
    /// <summary>Keeps <paramref name="pixels"/> without a copy; the caller must not change them afterwards.</summary>
    /// <param name="pixels">Interleaved bytes as <see cref="ImageView"/> describes.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="order">Order of a pixel's bytes.</param>
    /// <exception cref="ArgumentException">A size below 1, or another number of bytes than the size needs.</exception>
    public ImageBuffer(byte[] pixels, int height, int width, PixelOrder order)
    {
        _ = new ImageView(pixels, height, width, order);
        Pixels = pixels;
        Height = height;
        Width = width;
        Order = order;
    }

    /// <summary>The bytes, [height, width, bytes per pixel].</summary>
    public byte[] Pixels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Order of a pixel's bytes.</summary>
    public PixelOrder Order { get; }

    /// <summary>The same bytes as a view.</summary>
    public ImageView View => new(Pixels, Height, Width, Order);
}
