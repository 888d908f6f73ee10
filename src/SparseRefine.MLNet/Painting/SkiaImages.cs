using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Between ML.NET's images, the engine's views and SkiaSharp's bitmaps. Every bitmap here is opaque, 4 bytes a pixel: blue, green, red, 255; who gets one disposes it.</summary>
internal static class SkiaImages
{
    /// <summary>Memory for an image; not cleared.</summary>
    public static SKBitmap Create(int height, int width) => new(Info(height, width));

    /// <summary>The memory of a bitmap that <see cref="Create"/> made, to write to. SkiaSharp hands it out for reading; nobody else sees the bitmap yet.</summary>
    public static Span<byte> Bytes(SKBitmap created) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(created.GetPixelSpan()), created.ByteCount);

    /// <summary>Paints a layer over a photo.</summary>
    public static SKBitmap Paint<TInk>(ImageView photo, TInk ink)
        where TInk : struct, IPixelInk, allows ref struct
    {
        SKBitmap painted = Create(photo.Height, photo.Width);
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(Bytes(painted));
        ReadOnlySpan<byte> pixels = photo.Pixels;
        int stride = photo.BytesPerPixel;
        int red = photo.RedOffset;
        int blue = photo.BlueOffset;
        for (int i = 0; i < target.Length; i++)
        {
            int at = i * stride;
            target[i] = ink.Of(i, pixels[at + red], pixels[at + 1], pixels[at + blue]);
        }

        return painted;
    }

    /// <summary>Copies into an ML.NET image (Bgra32) and frees the bitmap.</summary>
    public static MLImage ToMLImage(SKBitmap bitmap)
    {
        using (bitmap)
        {
            return MLImage.CreateFromPixels(bitmap.Width, bitmap.Height, MLPixelFormat.Bgra32, bitmap.GetPixelSpan());
        }
    }

    /// <summary>The same image, its longer side at most <paramref name="side"/>: averaged by SkiaSharp where it shrinks, never enlarged. Frees the bitmap that it replaces.</summary>
    public static SKBitmap Shrink(SKBitmap bitmap, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        double scale = side / (double)Math.Max(bitmap.Height, bitmap.Width);
        if (scale >= 1)
        {
            return bitmap;
        }

        using (bitmap)
        {
            return bitmap.Resize(
                Info(Math.Max(1, (int)Math.Round(bitmap.Height * scale)), Math.Max(1, (int)Math.Round(bitmap.Width * scale))), SKFilterQuality.High);
        }
    }

    private static SKImageInfo Info(int height, int width) => new(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
}
