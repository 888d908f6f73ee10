using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace SparseRefine.Images;

/// <summary>Writes label maps as PNG files of 8 bits a pixel.</summary>
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

        int colours = palette.Length / 3;
        if (colours is 0 or > byte.MaxValue)
        {
            return;
        }

        int at = map.Labels.AsSpan().IndexOfAnyInRange((byte)colours, byte.MaxValue);
        if (at >= 0)
        {
            throw new ArgumentException(
                $"palette: expected a colour for label {map.Labels[at]}, got {colours} colours", nameof(palette));
        }
    }

    /// <summary>Writes the whole file.</summary>
    public static void Write(LabelMap map, Stream stream, ReadOnlySpan<byte> palette)
    {
        stream.Write(IndexPngChunks.Signature);
        Span<byte> header = stackalloc byte[IndexPngHeader.Size];
        BinaryPrimitives.WriteInt32BigEndian(header, map.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], map.Height);
        header[8] = 8;
        header[9] = (byte)(palette.IsEmpty ? 0 : 3);
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        if (!palette.IsEmpty)
        {
            WriteChunk(stream, "PLTE"u8, palette);
        }

        using MemoryStream data = new();
        Compress(map, data);
        WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    /// <summary>Rows as differences to the row above: almost all zeros in a label map, so fast to compress.</summary>
    private static void Compress(LabelMap map, Stream data)
    {
        using ZLibStream rows = new(data, CompressionLevel.Fastest, leaveOpen: true);
        byte[] filtered = new byte[map.Width + 1];
        filtered[0] = UpFilter;
        byte[] zeros = new byte[map.Width];
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<byte> row = map.Labels.AsSpan(y * map.Width, map.Width);
            Subtract(row, y == 0 ? zeros : map.Labels.AsSpan((y - 1) * map.Width, map.Width), filtered.AsSpan(1));
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

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc32.Append(Crc32.Append(Crc32.Start, type), data));
        stream.Write(word);
    }
}
