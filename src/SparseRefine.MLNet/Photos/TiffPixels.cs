using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;

namespace SparseRefine.MLNet;

/// <summary>The pixels of a TIFF page that <see cref="TiffPhoto"/> has checked.</summary>
internal static class TiffPixels
{
    /// <summary>Decodes the page.</summary>
    /// <param name="tiff">The page.</param>
    /// <returns>Blue, green, red and an unused byte of each stored pixel, row-major; null for a damaged page or one of a form that the decoder lacks.</returns>
    public static byte[]? Read(Tiff tiff)
    {
        int height = Field(tiff, TiffTag.IMAGELENGTH, 0);
        int width = Field(tiff, TiffTag.IMAGEWIDTH, 0);
        int bits = Field(tiff, TiffTag.BITSPERSAMPLE, 1);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(height * width * 4));
        bool isDone = bits is 8 or 16 && (Photometric)Field(tiff, TiffTag.PHOTOMETRIC, 1) is Photometric.MINISWHITE or Photometric.MINISBLACK or Photometric.RGB or Photometric.PALETTE
            ? ReadBlocks(tiff, pixels, height, width, bits)
            : ReadAny(tiff, pixels, height, width);
        return isDone && tiff.Clientdata() is TiffMemory { HasFailed: false } ? pixels : null;
    }

    // Bits below a byte, YCbCr and CMYK go through LibTiff.NET's own way to RGB, which multiplies by alpha and so is not for what has any.
    private static bool ReadAny(Tiff tiff, byte[] pixels, int height, int width)
    {
        int[] raster = GC.AllocateUninitializedArray<int>(height * width);
        if (!tiff.ReadRGBAImageOriented(width, height, raster, (Orientation)Field(tiff, TiffTag.ORIENTATION, (int)Orientation.TOPLEFT), stopOnError: true))
        {
            return false;
        }

        for (int i = 0; i < raster.Length; i++)
        {
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = ((byte)Tiff.GetB(raster[i]), (byte)Tiff.GetG(raster[i]), (byte)Tiff.GetR(raster[i]));
        }

        return true;
    }

    private static bool ReadBlocks(Tiff tiff, byte[] pixels, int height, int width, int bits)
    {
        int samples = Field(tiff, TiffTag.SAMPLESPERPIXEL, 1);
        Photometric meaning = (Photometric)Field(tiff, TiffTag.PHOTOMETRIC, 1);
        int used = meaning == Photometric.RGB ? 3 : 1;
        byte[]? palette = meaning == Photometric.PALETTE ? Palette(tiff, bits) : null;
        if (samples < used || (meaning == Photometric.PALETTE && palette is null))
        {
            return false;
        }

        bool isTiled = tiff.IsTiled();
        bool isPlanar = Field(tiff, TiffTag.PLANARCONFIG, 1) == (int)PlanarConfig.SEPARATE;
        int blockHeight = isTiled ? Field(tiff, TiffTag.TILELENGTH, 0) : Math.Min(height, Field(tiff, TiffTag.ROWSPERSTRIP, height));
        blockHeight = blockHeight < 1 ? height : blockHeight;
        int blockWidth = isTiled ? Field(tiff, TiffTag.TILEWIDTH, 0) : width;
        int across = (width + blockWidth - 1) / blockWidth;
        int down = (height + blockHeight - 1) / blockHeight;
        int channels = isPlanar ? 1 : samples;
        byte[] block = new byte[isTiled ? tiff.TileSize() : tiff.StripSize()];
        for (int plane = 0; plane < (isPlanar ? used : 1); plane++)
        {
            for (int i = 0; i < across * down; i++)
            {
                (int top, int left) = (i / across * blockHeight, i % across * blockWidth);
                (int rows, int columns) = (Math.Min(blockHeight, height - top), Math.Min(blockWidth, width - left));
                int number = (plane * across * down) + i;
                int rowBytes = blockWidth * channels * bits / 8;
                int wanted = rowBytes * (isTiled ? blockHeight : rows);
                int got = isTiled ? tiff.ReadEncodedTile(number, block, 0, wanted) : tiff.ReadEncodedStrip(number, block, 0, wanted);
                if (got < wanted)
                {
                    return false;
                }

                for (int y = 0; y < rows; y++)
                {
                    ReadOnlySpan<byte> row = block.AsSpan(y * rowBytes, columns * channels * bits / 8);
                    Span<byte> to = pixels.AsSpan((((top + y) * width) + left) * 4, columns * 4);
                    for (int c = plane; c < (isPlanar ? plane + 1 : used); c++)
                    {
                        Spread(row[((isPlanar ? 0 : c) * bits / 8)..], channels, bits, to[(2 - c)..], columns, meaning == Photometric.MINISWHITE);
                    }

                    Complete(to, used, palette);
                }
            }
        }

        return true;
    }

    // One channel of a row. The decoder has brought 16-bit samples into this machine's order.
    private static void Spread(ReadOnlySpan<byte> row, int channels, int bits, Span<byte> to, int columns, bool isInverse)
    {
        ReadOnlySpan<ushort> deep = MemoryMarshal.Cast<byte, ushort>(row);
        for (int x = 0; x < columns; x++)
        {
            int value = bits == 8 ? row[x * channels] : (deep[x * channels] + 128) / 257;
            to[4 * x] = (byte)(isInverse ? 255 - value : value);
        }
    }

    // A page of one channel has it where red is: the two others follow, or the palette's color.
    private static void Complete(Span<byte> to, int used, byte[]? palette)
    {
        for (int i = 0; used == 1 && i < to.Length; i += 4)
        {
            int value = to[i + 2];
            (to[i], to[i + 1], to[i + 2]) = palette is null
                ? ((byte)value, (byte)value, (byte)value)
                : (palette[(value * 3) + 2], palette[(value * 3) + 1], palette[value * 3]);
        }
    }

    private static byte[]? Palette(Tiff tiff, int bits)
    {
        if (bits != 8 || tiff.GetField(TiffTag.COLORMAP) is not { Length: 3 } map)
        {
            return null;
        }

        ushort[][] channels = [.. map.Select(channel => channel.ToUShortArray())];

        // Old writers store bytes where the specification asks for 16 bits.
        bool isDeep = channels.Any(channel => channel.Any(value => value > byte.MaxValue));
        return [.. Enumerable.Range(0, 256).SelectMany(i => channels.Select(channel => (byte)(isDeep ? (channel[i] + 128) / 257 : channel[i])))];
    }

    private static int Field(Tiff tiff, TiffTag tag, int missing) => tiff.GetFieldDefaulted(tag) is { Length: > 0 } value ? value[0].ToInt() : missing;
}
