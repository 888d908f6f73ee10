using System.Buffers.Binary;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>Finds how a PNG file is meant to be seen, which SkiaSharp tells for JPEG and WebP only: the EXIF orientation in its eXIf chunk.</summary>
internal static class PngOrientation
{
    private const int Signature = 8;
    private const int Frame = 12;
    private const ushort OrientationTag = 0x112;

    /// <summary>Looks for the chunk, which may stand before the pixels or behind them.</summary>
    /// <param name="png">The whole file.</param>
    /// <returns>Where the first stored row and column are seen; TopLeft for a file that does not say or says it wrongly.</returns>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        for (long at = Signature; at + Frame <= png.Length;)
        {
            ReadOnlySpan<byte> chunk = png[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - Frame)
            {
                break;
            }

            if (chunk[4..8].SequenceEqual("eXIf"u8))
            {
                return OfExif(chunk.Slice(8, (int)length));
            }

            at += Frame + length;
        }

        return SKEncodedOrigin.TopLeft;
    }

    // A TIFF header, the place of its first directory, and there the entries of twelve bytes: tag, type, count, value.
    private static SKEncodedOrigin OfExif(ReadOnlySpan<byte> exif)
    {
        // Some writers put the prefix of JPEG's segments before it.
        exif = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        bool isLittle = exif.StartsWith("II"u8);
        if (exif.Length < 8 || (!isLittle && !exif.StartsWith("MM"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        uint at = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        ReadOnlySpan<byte> entries = at + 2L <= exif.Length ? exif[(int)(at + 2)..] : [];
        for (int left = entries.IsEmpty ? 0 : Short(exif[(int)at..], isLittle); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
        {
            if (Short(entries, isLittle) == OrientationTag)
            {
                return Short(entries[8..], isLittle) is >= 1 and <= 8 and ushort value ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
