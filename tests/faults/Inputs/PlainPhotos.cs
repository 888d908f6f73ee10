using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace SparseRefine.Faults;

/// <summary>Photo files of the formats that the encoder at hand does not write.</summary>
internal static class PlainPhotos
{
    private const int Tile = 16;

    /// <summary>24 bits a pixel, rows from the bottom.</summary>
    public static byte[] Bmp(byte[] rgba, int height, int width)
    {
        int stride = ((width * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (height * stride)];
        "BM"u8.CopyTo(file);
        Write(2, file.Length);
        Write(10, 54);
        Write(14, 40);
        Write(18, width);
        Write(22, height);
        Write(26, 1 | (24 << 16));
        Write(34, height * stride);
        for (int i = 0; i < height * width; i++)
        {
            int to = 54 + ((height - 1 - (i / width)) * stride) + (i % width * 3);
            (file[to], file[to + 1], file[to + 2]) = (rgba[(i * 4) + 2], rgba[(i * 4) + 1], rgba[i * 4]);
        }

        return file;

        void Write(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }

    /// <summary>24 bits a pixel, uncompressed, one strip, little-endian.</summary>
    public static byte[] Tiff(byte[] rgba, int height, int width)
    {
        (int Tag, int Type, int Count, int Value)[] entries =
        [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2),
            (273, 4, 1, 256), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, height * width * 3),
        ];
        byte[] file = new byte[256 + (height * width * 3)];
        new byte[] { (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, (byte)entries.Length, 0 }.CopyTo(file, 0);
        for (int i = 0; i < entries.Length; i++)
        {
            (int tag, int type, int count, int value) = entries[i];
            Span<byte> entry = file.AsSpan(10 + (i * 12));
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], (short)type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], count);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], tag == 258 ? 240 : value); // three values lie elsewhere
        }

        new byte[] { 8, 0, 8, 0, 8, 0 }.CopyTo(file, 240);
        for (int i = 0; i < height * width; i++)
        {
            rgba.AsSpan(i * 4, 3).CopyTo(file.AsSpan(256 + (i * 3)));
        }

        return file;
    }

    /// <summary>The same in tiles of 16x16, compressed by LZW with differences of neighbors.</summary>
    public static byte[] TiledTiff(byte[] rgba, int height, int width)
    {
        using MemoryStream file = new();
        using (Tiff tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("memory", "wl", file, new TiffStream()))
        {
            foreach ((TiffTag tag, object value) in new (TiffTag, object)[]
            {
                (TiffTag.IMAGEWIDTH, width), (TiffTag.IMAGELENGTH, height), (TiffTag.BITSPERSAMPLE, 8), (TiffTag.SAMPLESPERPIXEL, 3), (TiffTag.PLANARCONFIG, PlanarConfig.CONTIG),
                (TiffTag.PHOTOMETRIC, Photometric.RGB), (TiffTag.COMPRESSION, Compression.LZW), (TiffTag.PREDICTOR, Predictor.HORIZONTAL), (TiffTag.TILEWIDTH, Tile), (TiffTag.TILELENGTH, Tile),
            })
            {
                tiff.SetField(tag, value);
            }

            for (int top = 0; top < height; top += Tile)
            {
                for (int left = 0; left < width; left += Tile)
                {
                    byte[] tile = new byte[Tile * Tile * 3];
                    for (int i = 0; i < Tile * Tile; i++)
                    {
                        int from = (Math.Min(top + (i / Tile), height - 1) * width) + Math.Min(left + (i % Tile), width - 1);
                        rgba.AsSpan(from * 4, 3).CopyTo(tile.AsSpan(i * 3));
                    }

                    tiff.WriteTile(tile, left, top, 0, 0);
                }
            }
        }

        return file.ToArray();
    }
}
