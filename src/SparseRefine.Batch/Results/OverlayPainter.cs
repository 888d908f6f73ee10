using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.Batch;

/// <summary>Lays the classes' colours over a photo.</summary>
internal static class OverlayPainter
{
    // In 1/256: the colours show what is there, the photo where.
    private const int Opacity = 166;

    /// <summary>Paints.</summary>
    /// <param name="work">The photo and its answer.</param>
    /// <param name="palette">Red, green, blue of all 256 indices.</param>
    /// <returns>A new image; the caller disposes it.</returns>
    /// <exception cref="ImageFailedException">The answer has another size than the photo.</exception>
    public static MLImage Paint(ScoredWork work, byte[] palette)
    {
        MLImage photo = work.Image;
        LabelMap labels = work.Labels;
        if (labels.Height != photo.Height || labels.Width != photo.Width)
        {
            throw new ImageFailedException(
                FailureReason.Refused,
                $"{work.Clock.Item.Path}: expected an answer of the photo's size {photo.Height}x{photo.Width} for its overlay, got {labels.Height}x{labels.Width}");
        }

        int red = photo.PixelFormat == MLPixelFormat.Rgba32 ? 0 : 2;
        byte[] pixels = photo.Pixels.ToArray();
        for (int i = 0; i < labels.Labels.Length; i++)
        {
            Span<byte> pixel = pixels.AsSpan(i * 4, 4);
            ReadOnlySpan<byte> colour = palette.AsSpan(labels.Labels[i] * 3, 3);
            pixel[red] = Mix(pixel[red], colour[0]);
            pixel[1] = Mix(pixel[1], colour[1]);
            pixel[2 - red] = Mix(pixel[2 - red], colour[2]);
            pixel[3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(photo.Width, photo.Height, photo.PixelFormat, pixels);
    }

    private static byte Mix(byte photo, byte colour) => (byte)(((colour * Opacity) + (photo * (256 - Opacity)) + 128) >> 8);
}
