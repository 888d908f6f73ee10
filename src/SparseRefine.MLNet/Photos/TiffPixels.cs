using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;

namespace SparseRefine.MLNet;

/// <summary>The pixels of a TIFF page that <see cref="TiffPhoto"/> has checked.</summary>
internal static class TiffPixels
{
    // Where a pixel's four bytes have the channels while they are read: blue, green, red, and alpha or black.
    private static readonly int[] Places = [2, 1, 0, 3];

    /// <summary>Decodes the page.</summary>
    /// <param name="tiff">The page.</param>
    /// <returns>Blue, green, red and an unused byte of each stored pixel, row-major; null for a damaged page or one of a form that the decoder lacks.</returns>
    public static byte[]? Read(Tiff tiff)
    {
        int height = Field(tiff, TiffTag.IMAGELENGTH, 0);
        int width = Field(tiff, TiffTag.IMAGEWIDTH, 0);
        int bits = Field(tiff, TiffTag.BITSPERSAMPLE, 1);
        int samples = Field(tiff, TiffTag.SAMPLESPERPIXEL, 1);
        Photometric meaning = Meaning(tiff);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(height * width * 4));
        if (meaning == Photometric.YCBCR)
        {
            return bits == 8 && samples == 3 && ReadLuma(tiff, pixels, height, width) ? pixels : null;
        }

        int used = meaning switch
        {
            Photometric.MINISWHITE or Photometric.MINISBLACK or Photometric.PALETTE => 1,
            Photometric.RGB => 3,
            Photometric.SEPARATED => 4,
            _ => int.MaxValue,
        };
        byte[] palette = meaning == Photometric.PALETTE ? Palette(tiff, bits) : [];
        if (samples < used || (meaning == Photometric.PALETTE && (palette.Length == 0 || bits > 8)))
        {
            return null;
        }

        // The first further channel may be an alpha that the colors are multiplied by.
        bool isMultiplied = used < 4 && samples > used && tiff.GetField(TiffTag.EXTRASAMPLES) is [_, var kinds]
            && kinds.ToByteArray() is [(byte)ExtraSample.ASSOCALPHA, ..];
        bool isNumber = meaning == Photometric.PALETTE;
        bool isDone = ReadBlocks(tiff, isMultiplied ? used + 1 : used, (channel, y, x, row) =>
        {
            Span<byte> to = pixels.AsSpan(((y * width) + x) * 4);
            int place = channel == used ? 3 : Places[channel];
            for (int i = 0; i < row.Length; i++)
            {
                to[(4 * i) + place] = (byte)(bits == 16 ? row[i] >> 8 : isNumber || bits == 8 ? row[i] : row[i] * 255 / ((1 << bits) - 1));
            }
        });
        for (int i = 0; isDone && i < pixels.Length; i += 4)
        {
            Complete(pixels.AsSpan(i, 4), meaning, palette, isMultiplied);
        }

        return isDone ? pixels : null;
    }

    /// <summary>Reads a page of numbers.</summary>
    /// <param name="tiff">The page.</param>
    /// <param name="name">What messages call the file.</param>
    /// <returns>The numbers; null for a damaged page.</returns>
    /// <exception cref="InvalidInputException">Gray that is stored as its inverse, which is no number.</exception>
    public static TiffNumbers? ReadNumbers(Tiff tiff, string name)
    {
        int height = Field(tiff, TiffTag.IMAGELENGTH, 0);
        int width = Field(tiff, TiffTag.IMAGEWIDTH, 0);
        Photometric meaning = Meaning(tiff);
        if (meaning == Photometric.MINISWHITE)
        {
            throw new InvalidInputException(name, "gray stored with black as 0, or palette pixels", "a TIFF page with white as 0");
        }

        if (meaning is not (Photometric.MINISBLACK or Photometric.PALETTE))
        {
            return new TiffNumbers(null, []);
        }

        ushort[] numbers = new ushort[height * width];
        return ReadBlocks(tiff, 1, (_, y, x, row) => row.CopyTo(numbers.AsSpan((y * width) + x)))
            ? new TiffNumbers(numbers, meaning == Photometric.PALETTE ? Palette(tiff, Field(tiff, TiffTag.BITSPERSAMPLE, 1)) : [])
            : null;
    }

    // YCbCr, whose channels may be of other sizes than the page, goes through LibTiff.NET's own way to RGB.
    private static bool ReadLuma(Tiff tiff, byte[] pixels, int height, int width)
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

    // Reads the first channels of all strips or tiles, and hands them on by rows of one channel: the channel, row, first column and samples.
    private static bool ReadBlocks(Tiff tiff, int used, Action<int, int, int, ushort[]> take)
    {
        int height = Field(tiff, TiffTag.IMAGELENGTH, 0);
        int width = Field(tiff, TiffTag.IMAGEWIDTH, 0);
        int bits = Field(tiff, TiffTag.BITSPERSAMPLE, 1);
        int samples = Field(tiff, TiffTag.SAMPLESPERPIXEL, 1);
        bool isTiled = tiff.IsTiled();
        bool isPlanar = Field(tiff, TiffTag.PLANARCONFIG, 1) == (int)PlanarConfig.SEPARATE;
        int blockHeight = isTiled ? Field(tiff, TiffTag.TILELENGTH, 0) : Math.Min(height, Field(tiff, TiffTag.ROWSPERSTRIP, height));
        blockHeight = blockHeight < 1 ? height : blockHeight;
        int blockWidth = isTiled ? Field(tiff, TiffTag.TILEWIDTH, 0) : width;
        int across = (width + blockWidth - 1) / blockWidth;
        int down = (height + blockHeight - 1) / blockHeight;
        int channels = isPlanar ? 1 : samples;
        int rowBytes = ((blockWidth * channels * bits) + 7) / 8;
        byte[] block = new byte[isTiled ? tiff.TileSize() : tiff.StripSize()];
        ushort[] line = [];
        for (int plane = 0; plane < (isPlanar ? used : 1); plane++)
        {
            for (int i = 0; i < across * down; i++)
            {
                (int top, int left) = (i / across * blockHeight, i % across * blockWidth);
                (int rows, int columns) = (Math.Min(blockHeight, height - top), Math.Min(blockWidth, width - left));
                int number = (plane * across * down) + i;
                int wanted = rowBytes * (isTiled ? blockHeight : rows);
                int got = isTiled ? tiff.ReadEncodedTile(number, block, 0, wanted) : tiff.ReadEncodedStrip(number, block, 0, wanted);
                if (got < wanted)
                {
                    return false;
                }

                line = line.Length == columns ? line : new ushort[columns];
                for (int y = 0; y < rows; y++)
                {
                    ReadOnlySpan<byte> row = block.AsSpan(y * rowBytes, rowBytes);
                    for (int c = plane; c < (isPlanar ? plane + 1 : used); c++)
                    {
                        Unpack(row, isPlanar ? 0 : c, channels, bits, line);
                        take(c, top + y, left, line);
                    }
                }
            }
        }

        return true;
    }

    // One channel of a row. The decoder has brought 16-bit samples into this machine's order.
    private static void Unpack(ReadOnlySpan<byte> row, int channel, int channels, int bits, ushort[] line)
    {
        ReadOnlySpan<ushort> deep = MemoryMarshal.Cast<byte, ushort>(row);
        for (int x = 0, at = channel; x < line.Length; x++, at += channels)
        {
            line[x] = bits switch
            {
                8 => row[at],
                16 => deep[at],

                // Samples stand in a byte from its high bits down.
                _ => (ushort)((row[at * bits >> 3] >> (8 - bits - (at * bits & 7))) & ((1 << bits) - 1)),
            };
        }
    }

    // Makes a color of the channels of a pixel, which stand where Places says.
    private static void Complete(Span<byte> pixel, Photometric meaning, byte[] palette, bool isMultiplied)
    {
        int value = pixel[2];
        (pixel[0], pixel[1], pixel[2]) = meaning switch
        {
            Photometric.MINISBLACK => ((byte)value, (byte)value, (byte)value),
            Photometric.MINISWHITE => ((byte)(255 - value), (byte)(255 - value), (byte)(255 - value)),
            Photometric.PALETTE => (palette[(value * 3) + 2], palette[(value * 3) + 1], palette[value * 3]),
            Photometric.SEPARATED => (Ink(pixel[0], pixel[3]), Ink(pixel[1], pixel[3]), Ink(pixel[2], pixel[3])),
            _ => (pixel[0], pixel[1], pixel[2]),
        };
        for (int c = 0; isMultiplied && pixel[3] > 0 && c < 3; c++)
        {
            pixel[c] = (byte)Math.Min(255, pixel[c] * 255 / pixel[3]);
        }
    }

    private static byte Ink(int ink, int black) => (byte)((255 - ink) * (255 - black) / 255);

    // Red, green, blue of each color; empty for a page that lacks some.
    private static byte[] Palette(Tiff tiff, int bits)
    {
        if (tiff.GetField(TiffTag.COLORMAP) is not { Length: 3 } map)
        {
            return [];
        }

        ushort[][] channels = [.. map.Select(channel => channel.ToUShortArray())];

        // Old writers store bytes where the specification asks for 16 bits.
        bool isDeep = channels.Any(channel => channel.Any(value => value > byte.MaxValue));
        return channels.Any(channel => channel.Length < 1 << bits)
            ? []
            : [.. Enumerable.Range(0, 1 << bits).SelectMany(i => channels.Select(channel => (byte)(isDeep ? channel[i] >> 8 : channel[i])))];
    }

    private static Photometric Meaning(Tiff tiff) => (Photometric)Field(tiff, TiffTag.PHOTOMETRIC, (int)Photometric.MINISBLACK);

    private static int Field(Tiff tiff, TiffTag tag, int missing) => tiff.GetFieldDefaulted(tag) is { Length: > 0 } value ? value[0].ToInt() : missing;
}
