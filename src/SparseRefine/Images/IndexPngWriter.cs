using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Numerics;

namespace SparseRefine.Images;

/// <summary>Writes label maps as PNG files of 8 bits a pixel, or 16.</summary>
internal static class IndexPngWriter
{
    private const byte UpFilter = 2;

    /// <summary>Refuses a palette that does not fit; see <see cref="IndexPng"/>.</summary>
    public static void Validate(LabelMap map, ReadOnlySpan<byte> palette)
    {
        if (palette.Length % 3 != 0 || palette.Length > 768)
        {
            throw new ArgumentException(
                $"palette: expected at most 256 x 3 bytes, a multiple of 3, got {palette.Length}", nameof(palette));
        }

        int colors = palette.Length / 3;
        if (colors is 0 or > byte.MaxValue)
        {
            return;
        }

        int at = map.Labels.AsSpan().IndexOfAnyInRange((byte)colors, byte.MaxValue);
        if (at >= 0)
        {
            throw new ArgumentException(
                $"palette: expected a color for label {map.Labels[at]}, got {colors} colors", nameof(palette));
        }
    }

    /// <summary>Writes the whole file.</summary>
    public static void Write(LabelMap map, Stream stream, ReadOnlySpan<byte> palette, int bits = 8)
    {
        stream.Write(IndexPngChunks.Signature);
        Span<byte> header = stackalloc byte[IndexPngHeader.Size];
        BinaryPrimitives.WriteInt32BigEndian(header, map.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], map.Height);
        header[8] = (byte)bits;
        header[9] = (byte)(palette.IsEmpty ? 0 : 3);
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        if (!palette.IsEmpty)
        {
            WriteChunk(stream, "PLTE"u8, palette);
        }

        using MemoryStream data = new();
        Compress(map, data, bits / 8);
        WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    /// <summary>Rows as differences to the row above: almost all zeros in a label map, so fast to compress.</summary>
    private static void Compress(LabelMap map, Stream data, int bytesPerPixel)
    {
        using ZLibStream rows = new(data, CompressionLevel.Fastest, leaveOpen: true);
        byte[] filtered = new byte[(map.Width * bytesPerPixel) + 1];
        filtered[0] = UpFilter;
        byte[] difference = new byte[map.Width];
        byte[] zeros = new byte[map.Width];
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<byte> row = map.Labels.AsSpan(y * map.Width, map.Width);
            ReadOnlySpan<byte> above = y == 0 ? zeros : map.Labels.AsSpan((y - 1) * map.Width, map.Width);
            Subtract(row, above, bytesPerPixel == 1 ? filtered.AsSpan(1) : difference);
            if (bytesPerPixel == 2)
            {
                // Big-endian: the high bytes are all 0, and so are their differences.
                for (int x = 0; x < difference.Length; x++)
                {
                    filtered[(2 * x) + 2] = difference[x];
                }
            }

            rows.Write(filtered);
        }
    }

    private static void Subtract(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> difference)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) - new Vector<byte>(above[i..])).CopyTo(difference[i..]);
        }

        for (; i < row.Length; i++)
        {
            difference[i] = (byte)(row[i] - above[i]);
        }
    }

    /// <summary>Writes one chunk with its length and sum.</summary>
    public static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        Crc32 sum = new();
        sum.Append(type);
        sum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, sum.GetCurrentHashAsUInt32());
        stream.Write(word);
    }
}
