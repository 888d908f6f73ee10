using System.IO.Compression;
using System.Numerics;

namespace SparseRefine.Images;

/// <summary>Turns a PNG image's compressed rows into labels: inflates, undoes the filters, unpacks bits.</summary>
internal static class IndexPngRows
{
    /// <summary>Decodes all rows.</summary>
    /// <param name="data">The zlib stream.</param>
    /// <param name="header">Size and pixel format.</param>
    /// <param name="paletteEntries">Colors; indices from here on are refused.</param>
    /// <param name="name">What messages call the image.</param>
    public static LabelMap Decode(Stream data, IndexPngHeader header, int paletteEntries, string name)
    {
        byte[] labels = new byte[header.Width * header.Height];
        byte[] row = new byte[header.RowBytes + 1];
        byte[] above = new byte[row.Length];
        using ZLibStream rows = new(data, CompressionMode.Decompress);
        for (int y = 0; y < header.Height; y++)
        {
            int got = Inflate(rows, row, name);
            if (got != row.Length)
            {
                throw new InvalidInputException(
                    name, $"{row.Length} bytes in row {y} of {header.Height}", $"{got}");
            }

            Span<byte> pixels = row.AsSpan(1);
            if (!Unfilter(row[0], pixels, above.AsSpan(1), header.FilterStride))
            {
                throw new InvalidInputException(name, $"a filter type of 0 to 4 in row {y}", $"{row[0]}");
            }

            Span<byte> to = labels.AsSpan(y * header.Width, header.Width);
            Unpack(pixels, header.BitDepth, to, y, name);
            if (header.IsPalette)
            {
                CheckIndices(to, paletteEntries, y, name);
            }

            (row, above) = (above, row);
        }

        // Reading on makes the decoder check the stream's end and sum, and finds rows too many.
        if (Inflate(rows, row.AsSpan(0, 1), name) != 0)
        {
            throw new InvalidInputException(name, $"{header.DataBytes} bytes of rows", "more");
        }

        return new LabelMap(labels, header.Height, header.Width);
    }

    private static int Inflate(ZLibStream stream, Span<byte> bytes, string name)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException(name, "a whole zlib stream in IDAT", "a broken one", e);
        }
    }

    /// <summary>Undoes a row's filter in place.</summary>
    /// <returns>False for a filter type that does not exist.</returns>
    internal static bool Unfilter(byte type, Span<byte> row, ReadOnlySpan<byte> above, int stride)
    {
        switch (type)
        {
            case 0:
                return true;
            case 1:
                for (int i = stride; i < row.Length; i++)
                {
                    row[i] += row[i - stride];
                }

                return true;
            case 2:
                Add(row, above);
                return true;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    int left = i >= stride ? row[i - stride] : 0;
                    row[i] += (byte)((left + above[i]) >> 1);
                }

                return true;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += i >= stride ? Paeth(row[i - stride], above[i], above[i - stride]) : above[i];
                }

                return true;
            default:
                return false;
        }
    }

    private static void Add(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] += above[i];
        }
    }

    private static byte Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner);
        int toUp = Math.Abs(left - corner);
        int toCorner = Math.Abs(left + up - (2 * corner));
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }

    private static void Unpack(ReadOnlySpan<byte> row, int depth, Span<byte> labels, int y, string name)
    {
        if (depth == 8)
        {
            row.CopyTo(labels);
            return;
        }

        if (depth == 16)
        {
            for (int x = 0; x < labels.Length; x++)
            {
                int value = (row[2 * x] << 8) | row[(2 * x) + 1];
                if (value > byte.MaxValue)
                {
                    throw new InvalidInputException(
                        name, "values below 256", $"{value} at row {y}, column {x}");
                }

                labels[x] = (byte)value;
            }

            return;
        }

        // Pixels stand in a byte from its high bits down.
        int mask = (1 << depth) - 1;
        for (int x = 0; x < labels.Length; x++)
        {
            int bit = x * depth;
            labels[x] = (byte)((row[bit >> 3] >> (8 - depth - (bit & 7))) & mask);
        }
    }

    private static void CheckIndices(ReadOnlySpan<byte> labels, int entries, int y, string name)
    {
        if (entries > byte.MaxValue)
        {
            return;
        }

        int x = labels.IndexOfAnyInRange((byte)entries, byte.MaxValue);
        if (x >= 0)
        {
            throw new InvalidInputException(
                name, $"indices below {entries}, the size of the palette", $"{labels[x]} at row {y}, column {x}");
        }
    }
}
