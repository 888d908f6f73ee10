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
    /// <param name="color">The color type: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGBA.</param>
    /// <param name="rows">The packed rows, without filter types.</param>
    /// <param name="palette">Red, green, blue of each entry.</param>
    /// <param name="interlaced">Says so in the header; the rows are then those of Adam7's passes.</param>
    /// <param name="orientation">The EXIF orientation; 0 leaves it out.</param>
    /// <returns>The file.</returns>
    public static byte[] Make(int height, int width, int depth, int color, byte[] rows, byte[]? palette = null, bool interlaced = false, byte orientation = 0)
    {
        using MemoryStream file = new();
        file.Write(IndexPngChunks.Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)color, (byte)(interlaced ? 1 : 0));
        IndexPngWriter.WriteChunk(file, "IHDR"u8, header);
        if (palette is not null)
        {
            IndexPngWriter.WriteChunk(file, "PLTE"u8, palette);
        }

        if (orientation > 0)
        {
            // The header of a little TIFF file and its first directory: one entry, of one short number.
            IndexPngWriter.WriteChunk(file, "eXIf"u8, [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]);
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
