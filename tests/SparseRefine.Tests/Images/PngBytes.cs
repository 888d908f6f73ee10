using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SparseRefine.Images;

namespace SparseRefine.Tests.Images;

/// <summary>Makes PNG files of any kind, right or wrong, for tests; independent of the writer under test but for the CRC.</summary>
internal static class PngBytes
{
    public static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Chunk(string type, params byte[] data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        uint crc = Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), crc);
        return chunk;
    }

    public static byte[] Header(
        int width, int height, byte depth, byte color, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        byte[] data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[10], data[11], data[12]) = (depth, color, compression, filter, interlace);
        return Chunk("IHDR", data);
    }

    public static byte[] Zlib(params byte[] rows)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal))
        {
            zlib.Write(rows);
        }

        return stream.ToArray();
    }

    public static byte[] Data(params byte[] rows) => Chunk("IDAT", Zlib(rows));

    public static byte[] End => Chunk("IEND");

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(p => p)];

    /// <summary>Packs labels and filters each row by the types in turn, straight from the specification's formulas.</summary>
    public static byte[] Filtered(byte[] labels, int width, int depth, params byte[] filters)
    {
        int rowBytes = ((width * depth) + 7) / 8;
        int stride = Math.Max(1, depth / 8);
        int height = labels.Length / width;
        byte[] raw = new byte[rowBytes * height];
        for (int i = 0; i < labels.Length; i++)
        {
            int bit = i % width * depth;
            int at = (i / width * rowBytes) + (bit / 8);
            if (depth == 16)
            {
                raw[at + 1] = labels[i];
            }
            else
            {
                raw[at] |= (byte)(labels[i] << (8 - depth - (bit % 8)));
            }
        }

        using MemoryStream result = new();
        for (int y = 0; y < height; y++)
        {
            byte type = filters[y % filters.Length];
            result.WriteByte(type);
            for (int x = 0; x < rowBytes; x++)
            {
                int a = x >= stride ? raw[(y * rowBytes) + x - stride] : 0;
                int b = y > 0 ? raw[((y - 1) * rowBytes) + x] : 0;
                int c = x >= stride && y > 0 ? raw[((y - 1) * rowBytes) + x - stride] : 0;
                int p = a + b - c;
                int[] near = [a, b, c];
                int predicted = type switch
                {
                    0 => 0,
                    1 => a,
                    2 => b,
                    3 => (a + b) / 2,
                    _ => near.MinBy(v => Math.Abs(p - v)),
                };
                result.WriteByte((byte)(raw[(y * rowBytes) + x] - predicted));
            }
        }

        return result.ToArray();
    }
}
