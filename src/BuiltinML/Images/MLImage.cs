namespace Microsoft.ML.Data;

/// <summary>A decoded picture: rows from the top, four bytes a pixel, colours multiplied by alpha. Owns native memory; not thread safe.</summary>
public sealed class MLImage : IDisposable
{
    private readonly int width;
    private readonly int height;
    private readonly MLPixelFormat pixelFormat;
    private NativePixels pixels;
    private string tag;

    internal MLImage(int width, int height, MLPixelFormat pixelFormat)
    {
        this.width = width;
        this.height = height;
        this.pixelFormat = pixelFormat;
        pixels = new NativePixels(checked(width * height * 4));
    }

    /// <summary>Rows.</summary>
    public int Height => Alive(height);

    /// <summary>Columns.</summary>
    public int Width => Alive(width);

    /// <summary>Order of a pixel's bytes.</summary>
    public MLPixelFormat PixelFormat => Alive(pixelFormat);

    /// <summary>Always 32.</summary>
    public int BitsPerPixel => Alive(32);

    /// <summary>The bytes, without a copy: not to be held longer than the image.</summary>
    public ReadOnlySpan<byte> Pixels => Writable;

    /// <summary>A copy of the bytes without alpha: blue, green, red.</summary>
    public byte[] GetBGRPixels
    {
        get
        {
            var source = Pixels;
            var copy = new byte[width * height * 3];
            var (blue, red) = pixelFormat == MLPixelFormat.Bgra32 ? (0, 2) : (2, 0);
            for (int from = 0, to = 0; to < copy.Length; from += 4, to += 3)
            {
                copy[to] = source[from + blue];
                copy[to + 1] = source[from + 1];
                copy[to + 2] = source[from + red];
            }

            return copy;
        }
    }

    /// <summary>Anything to remember the image by, such as its path.</summary>
    public string Tag
    {
        get => Alive(tag);
        set => tag = Alive(value);
    }

    internal Span<byte> Writable => Alive(pixels).Bytes;

    /// <summary>Decodes a picture.</summary>
    /// <param name="imageStream">Where from; read to its end.</param>
    /// <exception cref="ArgumentException">It is not a picture.</exception>
    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        using MemoryStream copy = new();
        imageStream.CopyTo(copy);
        return VipsCodec.Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length))
            ?? throw new ArgumentException("Invalid input stream contents", nameof(imageStream));
    }

    /// <summary>Decodes a picture.</summary>
    /// <param name="imagePath">Where from.</param>
    /// <exception cref="ArgumentException">There is none, or it is not a picture.</exception>
    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        return (File.Exists(imagePath) ? VipsCodec.Decode(File.ReadAllBytes(imagePath)) : null)
            ?? throw new ArgumentException("Invalid path", nameof(imagePath));
    }

    /// <summary>Copies pixels.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixelFormat">Order of a pixel's bytes.</param>
    /// <param name="imagePixelData">width x height x 4 bytes.</param>
    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
        {
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        }

        if (width <= 0)
        {
            throw new ArgumentException("Invalid width value.", nameof(width));
        }

        if (height <= 0)
        {
            throw new ArgumentException("Invalid height value.", nameof(height));
        }

        if (imagePixelData.Length != (long)width * height * 4)
        {
            throw new ArgumentException($"Invalid {nameof(imagePixelData)} buffer size.");
        }

        MLImage image = new(width, height, pixelFormat);
        imagePixelData.CopyTo(image.Writable);
        return image;
    }

    /// <summary>Encodes the picture as JPEG, PNG or WebP.</summary>
    /// <param name="imagePath">Where to; its extension says which.</param>
    /// <exception cref="ArgumentException">Another extension.</exception>
    public void Save(string imagePath)
    {
        Alive(0);
        if (Path.GetExtension(imagePath)?.ToLowerInvariant() is not (".png" or ".jpg" or ".jpeg" or ".webp"))
        {
            throw new ArgumentException("Path has invalid image file extension: expected .png, .jpg, .jpeg or .webp.", nameof(imagePath));
        }

        VipsCodec.Encode(this, imagePath);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        pixels?.Dispose();
        pixels = null;
    }

    private T Alive<T>(T value) => pixels is null ? throw new InvalidOperationException("Object is disposed.") : value;
}
