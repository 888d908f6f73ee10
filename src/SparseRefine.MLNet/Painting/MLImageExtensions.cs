using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>What ML.NET's images lack for being shown. Nothing here changes or disposes the image. Thread-safe as long as nobody disposes the image meanwhile.</summary>
public static class MLImageExtensions
{
    // Of 100: no block of 8x8 pixels is seen at the size of a thumbnail, and a page of 48 stays below a megabyte or two.
    private const int JpegQuality = 85;

    // Differences to the row above, compressed at zlib's fastest level: an overlay of 8 megapixels took 0.6 s, and 5.4 s with SkiaSharp's own settings, which save a sixth of the bytes.
    private static readonly SKPngEncoderOptions Fast = new(SKPngEncoderFilterFlags.Up, 1);

    /// <summary>Looks at the image's own memory.</summary>
    /// <param name="image">The image.</param>
    /// <returns>A view that must not outlive the image.</returns>
    /// <exception cref="InvalidInputException">Another pixel format than Bgra32 and Rgba32.</exception>
    public static ImageView AsView(this MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Images.View(image, nameof(image));
    }

    /// <summary>Makes a small copy, each pixel about the mean of those it covers; an image that is small enough is copied as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="side">The longer side, at least 1.</param>
    /// <returns>A new image (Bgra32); the caller disposes it.</returns>
    public static MLImage Shrink(this MLImage image, int side) => SkiaImages.ToMLImage(SkiaImages.Shrink(Copy(image), side));

    /// <summary>Writes the image as a PNG file.</summary>
    /// <param name="image">The image.</param>
    /// <param name="stream">Where to write; stays open.</param>
    public static void WritePng(this MLImage image, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SKBitmap bitmap = Copy(image);
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData file = pixels.Encode(Fast);
        file.SaveTo(stream);
    }

    /// <summary>The image as a JPEG file.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToJpeg(this MLImage image)
    {
        using SKBitmap bitmap = Copy(image);
        using SKData file = bitmap.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return file.ToArray();
    }

    private static SKBitmap Copy(MLImage image) => SkiaImages.Paint(image.AsView(), default(SegmentationPainter.PhotoInk));
}
