using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>Pictures through libvips. As in ML.NET's codec orientation tags are ignored, and colours come multiplied by alpha.</summary>
internal static unsafe class VipsCodec
{
    private const int StandardRgb = 22;
    private const int BlackAndWhite = 1;
    private const int UnsignedByte = 0;

    // VIPS_FAIL_ON_ERROR: pixels that cannot be decoded are an error, not grey.
    private const int FailOnError = 2;

    /// <summary>Decodes to BGRA; null when the bytes are not a whole picture.</summary>
    public static MLImage Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            return null;
        }

        byte* loader;
        fixed (byte* bytes = encoded)
        {
            loader = Vips.FindLoadBuffer(bytes, (nuint)encoded.Length);
        }

        if (loader == null)
        {
            Vips.TakeError();
            return null;
        }

        using VipsOperation load = new(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(loader));
        if (!load.SetBytes("buffer\0"u8, encoded).SetEnum("fail_on\0"u8, Vips.FailOnType(), FailOnError).Build())
        {
            Vips.TakeError();
            return null;
        }

        var image = load.Output();
        try
        {
            return ToStandard(ref image) ? Copy(image) : null;
        }
        finally
        {
            Vips.Unref(image);
        }
    }

    /// <summary>Writes a PNG, JPEG (quality 100) or WebP file.</summary>
    public static void Encode(MLImage image, string path)
    {
        var (bytes, bands) = Straight(image);
        fixed (byte* pointer = bytes)
        fixed (byte* file = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            var source = Vips.NewFromMemory(pointer, (nuint)bytes.Length, image.Width, image.Height, bands, UnsignedByte);
            var saver = Vips.FindSave(file);
            if (source == 0 || saver == null)
            {
                throw new IOException($"{path}: {Vips.TakeError()}");
            }

            try
            {
                using VipsOperation save = new(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(saver));
                save.Set("in\0"u8, source).SetText("filename\0"u8, path);
                if (!Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
                {
                    save.SetInt("Q\0"u8, 100);
                }

                if (!save.Build())
                {
                    throw new IOException($"{path}: {Vips.TakeError()}");
                }
            }
            finally
            {
                Vips.Unref(source);
            }
        }
    }

    private static bool ToStandard(ref nint image)
    {
        if (Vips.BandFormat(image) == UnsignedByte && Vips.Interpretation(image) is StandardRgb or BlackAndWhite)
        {
            return true;
        }

        using VipsOperation convert = new("colourspace\0"u8);
        if (!convert.Set("in\0"u8, image).SetEnum("space\0"u8, Vips.InterpretationType(), StandardRgb).Build())
        {
            Vips.TakeError();
            return false;
        }

        Vips.Unref(image);
        image = convert.Output();
        return Vips.BandFormat(image) == UnsignedByte;
    }

    private static MLImage Copy(nint image)
    {
        nuint size = 0;
        var memory = Vips.WriteToMemory(image, &size);
        if (memory == null)
        {
            Vips.TakeError();
            return null;
        }

        try
        {
            var bands = Vips.Bands(image);
            MLImage result = new(Vips.Width(image), Vips.Height(image), MLPixelFormat.Bgra32);
            var source = new ReadOnlySpan<byte>(memory, (int)size);
            var target = result.Writable;
            var (green, blue) = bands < 3 ? (0, 0) : (1, 2);
            var alpha = bands is 2 or 4 ? bands - 1 : -1;
            for (int from = 0, to = 0; to < target.Length; from += bands, to += 4)
            {
                var opacity = alpha < 0 ? (byte)255 : source[from + alpha];
                target[to] = Multiply(source[from + blue], opacity);
                target[to + 1] = Multiply(source[from + green], opacity);
                target[to + 2] = Multiply(source[from], opacity);
                target[to + 3] = opacity;
            }

            return result;
        }
        finally
        {
            Vips.Free(memory);
        }
    }

    // RGB where every pixel is opaque, else RGBA with the colours divided by alpha again.
    private static (byte[] Bytes, int Bands) Straight(MLImage image)
    {
        var source = image.Pixels;
        var opaque = true;
        for (var i = 3; i < source.Length && opaque; i += 4)
        {
            opaque = source[i] == 255;
        }

        var bands = opaque ? 3 : 4;
        var bytes = new byte[source.Length / 4 * bands];
        var (red, blue) = image.PixelFormat == MLPixelFormat.Bgra32 ? (2, 0) : (0, 2);
        for (int from = 0, to = 0; from < source.Length; from += 4, to += bands)
        {
            var alpha = source[from + 3];
            bytes[to] = Divide(source[from + red], alpha);
            bytes[to + 1] = Divide(source[from + 1], alpha);
            bytes[to + 2] = Divide(source[from + blue], alpha);
            if (!opaque)
            {
                bytes[to + 3] = alpha;
            }
        }

        return (bytes, bands);
    }

    private static byte Multiply(byte value, byte alpha) => alpha == 255 ? value : (byte)(((value * alpha) + 127) / 255);

    private static byte Divide(byte value, byte alpha) => alpha is 0 or 255 ? value : (byte)Math.Min(255, ((value * 255) + (alpha / 2)) / alpha);
}
