using System.Buffers.Binary;
using System.IO.Compression;
using SparseRefine.Images;

namespace SparseRefine.Testing;

/// <summary>PNG files of forms that no encoder at hand writes.</summary>
public static class PngFile
{
    /// <summary>Makes one.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="depth">Bits a sample.</param>
    /// <param name="color">The color type: 0 gray, 2 RGB, 3 palette, 6 RGBA.</param>
    /// <param name="rows">The packed rows, without filter types.</param>
    /// <param name="palette">Red, green, blue of each entry.</param>
    /// <returns>The file.</returns>
    public static byte[] Make(int height, int width, int depth, int color, byte[] rows, byte[]? palette = null)
    {
        using MemoryStream file = new();
        file.Write(IndexPngChunks.Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)color);
        IndexPngWriter.WriteChunk(file, "IHDR"u8, header);
        if (palette is not null)
        {
            IndexPngWriter.WriteChunk(file, "PLTE"u8, palette);
        }

        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            int rowBytes = rows.Length / height;
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * rowBytes, rowBytes);
            }
        }

        IndexPngWriter.WriteChunk(file, "IDAT"u8, data.ToArray());
        IndexPngWriter.WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }
}
