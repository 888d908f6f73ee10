using Microsoft.ML.Data;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>Writes images to streams, as <see cref="MLImage.Save"/> writes them to files. Thread-safe.</summary>
public static class ImageEncoder
{
    private const int Quality = 100;

    /// <summary>Encodes an image.</summary>
    /// <param name="image">The image; its color values are taken as multiplied by alpha, as <see cref="MLImage"/> decodes them.</param>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="extension">The form: <c>.png</c>, <c>.jpg</c>, <c>.jpeg</c> or <c>.webp</c>, in small or capital letters.</param>
    /// <exception cref="InvalidInputException">Another extension.</exception>
    /// <exception cref="IOException">The stream takes no more.</exception>
    public static void Encode(MLImage image, Stream stream, string extension)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(stream);
        SKEncodedImageFormat format = extension.ToUpperInvariant() switch
        {
            ".PNG" => SKEncodedImageFormat.Png,
            ".JPG" or ".JPEG" => SKEncodedImageFormat.Jpeg,
            ".WEBP" => SKEncodedImageFormat.Webp,
            _ => throw new InvalidInputException("extension", ".png, .jpg, .jpeg or .webp", $"'{extension}'"),
        };
        SKColorType colors = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage copy = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, colors, SKAlphaType.Premul), image.Pixels);
        using SKData data = copy.Encode(format, Quality)
            ?? throw new InvalidInputException("image", $"a size that {format} can hold", $"{image.Width}x{image.Height}");
        data.SaveTo(stream);
    }
}
