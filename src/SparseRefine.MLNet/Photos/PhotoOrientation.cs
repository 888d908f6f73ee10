using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>Turns and mirrors pixels as the EXIF orientation of a photo asks for.</summary>
internal static class PhotoOrientation
{
    /// <summary>Whether stored rows are seen as columns.</summary>
    /// <param name="origin">Where the first stored row and the first stored column are seen.</param>
    public static bool IsTurned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies the stored pixels to where they are seen.</summary>
    /// <param name="origin">Where the first stored row and the first stored column are seen.</param>
    /// <param name="stored">The pixels as stored, row-major.</param>
    /// <param name="seen">Takes as many, in rows of <paramref name="height"/> pixels where rows become columns.</param>
    /// <param name="height">Stored rows.</param>
    /// <param name="width">Stored columns.</param>
    public static void Apply<T>(SKEncodedOrigin origin, ReadOnlySpan<T> stored, Span<T> seen, int height, int width)
    {
        // The stored index of the first seen pixel, and what one column and one row further add to it.
        int last = (height * width) - 1;
        (int first, int column, int row) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last, -1, -width),
            SKEncodedOrigin.BottomLeft => (last - (width - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (last - (width - 1), -width, 1),
            SKEncodedOrigin.RightBottom => (last, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        int columns = IsTurned(origin) ? height : width;
        for (int i = 0, y = 0; i < seen.Length; y++)
        {
            int from = first + (y * row);
            for (int x = 0; x < columns; x++, i++, from += column)
            {
                seen[i] = stored[from];
            }
        }
    }
}
