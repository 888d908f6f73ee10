using System.Runtime.Intrinsics;

namespace SparseRefine.Images;

/// <summary>A photo's colors as red, green, blue, three bytes a pixel and nothing between, whatever the order of its own bytes.</summary>
internal static class RgbBytes
{
    // Four pixels are 16 bytes before and 12 after; the last four lanes are written and then written over by the next pixels.
    private const int Step = 4;
    private static readonly Vector128<byte> OfRgba = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3);
    private static readonly Vector128<byte> OfBgra = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3);

    /// <summary>Copies them.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="target">[height, width, 3].</param>
    /// <exception cref="ArgumentException">A target of another length.</exception>
    public static void Copy(ImageView photo, Span<byte> target)
    {
        int pixels = photo.Height * photo.Width;
        if (target.Length != pixels * 3L)
        {
            throw new ArgumentException($"target: expected {pixels * 3L} bytes, got {target.Length}", nameof(target));
        }

        ReadOnlySpan<byte> source = photo.Pixels;
        if (photo.BytesPerPixel == 3)
        {
            source.CopyTo(target);
            return;
        }

        (int red, int blue) = (photo.RedOffset, photo.BlueOffset);
        Vector128<byte> order = red == 0 ? OfRgba : OfBgra;
        int i = 0;

        // A store of 16 bytes reaches beyond its four pixels, so the last ones go by themselves.
        for (; i + (2 * Step) <= pixels; i += Step)
        {
            Vector128<byte> four = Vector128.Create(source.Slice(i * 4, 16));
            Vector128.Shuffle(four, order).CopyTo(target.Slice(i * 3, 16));
        }

        for (; i < pixels; i++)
        {
            target[i * 3] = source[(i * 4) + red];
            target[(i * 3) + 1] = source[(i * 4) + 1];
            target[(i * 3) + 2] = source[(i * 4) + blue];
        }
    }
}
