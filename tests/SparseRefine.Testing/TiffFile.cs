using BitMiracle.LibTiff.Classic;

namespace SparseRefine.Testing;

/// <summary>A TIFF file to be made: its form and its samples. Immutable.</summary>
public sealed record TiffFile
{
    public int Height { get; init; } = 37;

    public int Width { get; init; } = 53;

    public int Bits { get; init; } = 8;

    public Photometric Meaning { get; init; } = Photometric.RGB;

    public int Samples { get; init; } = 3;

    public Compression Compression { get; init; } = Compression.NONE;

    public Predictor Predictor { get; init; } = Predictor.NONE;

    /// <summary>Whether the tag is there although samples are stored as they are.</summary>
    public bool HasPredictorTag { get; init; }

    public bool IsTiled { get; init; }

    public bool IsPlanar { get; init; }

    /// <summary>wl writes with the low byte first, wb with the high byte first, wl8 and wb8 BigTIFF.</summary>
    public string Mode { get; init; } = "wl";

    public Orientation Orientation { get; init; } = Orientation.TOPLEFT;

    /// <summary>What channels beyond the colors are.</summary>
    public ExtraSample? Extra { get; init; }

    public int Pages { get; init; } = 1;

    /// <summary>Colors of the palette: 16 bits of an index and a channel.</summary>
    public Func<int, int, int> Palette { get; init; } = (i, c) => ((i * (c + 3)) & 255) << 8;

    /// <summary>The sample of a row, column and channel.</summary>
    public Func<int, int, int, int>? Sample { get; init; }

    public int At(int y, int x, int c) => (Sample?.Invoke(y, x, c) ?? ((y * 1009) + (x * 331) + (c * 7919))) & ((1 << Bits) - 1);

    /// <summary>Makes the file.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using (Tiff tiff = Tiff.ClientOpen("x", Mode, stream, new TiffStream()))
        {
            for (int page = 0; page < Pages; page++)
            {
                Write(tiff);
                tiff.WriteDirectory();
            }

            tiff.Flush();
            return stream.ToArray();
        }
    }

    private void Write(Tiff tiff)
    {
        tiff.SetField(TiffTag.IMAGEWIDTH, Width);
        tiff.SetField(TiffTag.IMAGELENGTH, Height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, Bits);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, Samples);
        tiff.SetField(TiffTag.COMPRESSION, Compression);
        tiff.SetField(TiffTag.PHOTOMETRIC, Meaning);
        tiff.SetField(TiffTag.PLANARCONFIG, IsPlanar ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.ORIENTATION, Orientation);
        if (Extra is ExtraSample kind)
        {
            tiff.SetField(TiffTag.EXTRASAMPLES, 1, new short[] { (short)kind });
        }

        if (Predictor != Predictor.NONE || HasPredictorTag)
        {
            tiff.SetField(TiffTag.PREDICTOR, Predictor);
        }

        if (Compression == Compression.JPEG)
        {
            tiff.SetField(TiffTag.JPEGQUALITY, 100);
            tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        }

        if (Meaning == Photometric.PALETTE)
        {
            ushort[] Map(int c) => [.. Enumerable.Range(0, 1 << Bits).Select(i => (ushort)Palette(i, c))];
            tiff.SetField(TiffTag.COLORMAP, Map(0), Map(1), Map(2));
        }

        (int rows, int columns) = IsTiled ? (16, 32) : (Compression == Compression.JPEG ? 16 : 10, Width);
        if (IsTiled)
        {
            tiff.SetField(TiffTag.TILEWIDTH, columns);
            tiff.SetField(TiffTag.TILELENGTH, rows);
        }
        else
        {
            tiff.SetField(TiffTag.ROWSPERSTRIP, rows);
        }

        int number = 0;
        for (int plane = 0; plane < (IsPlanar ? Samples : 1); plane++)
        {
            for (int top = 0; top < Height; top += rows)
            {
                for (int left = 0; left < Width; left += columns, number++)
                {
                    int seen = IsTiled ? rows : Math.Min(rows, Height - top);
                    byte[] data = [.. Enumerable.Range(top, seen).SelectMany(y => Row(y, left, columns, plane))];
                    _ = IsTiled ? tiff.WriteEncodedTile(number, data, data.Length) : tiff.WriteEncodedStrip(number, data, data.Length);
                }
            }
        }
    }

    // A row of a strip or tile, its samples packed from each byte's high bits down; 16 bits in this machine's order, which the encoder changes.
    private byte[] Row(int y, int left, int columns, int plane)
    {
        (int first, int count) = IsPlanar ? (plane, 1) : (0, Samples);
        byte[] row = new byte[((columns * count * Bits) + 7) / 8];
        for (int i = 0; i < columns * count; i++)
        {
            int value = At(y, left + (i / count), first + (i % count));
            if (Bits == 16)
            {
                (row[2 * i], row[(2 * i) + 1]) = ((byte)value, (byte)(value >> 8));
            }
            else
            {
                row[i * Bits / 8] |= (byte)(value << (8 - Bits - (i * Bits % 8)));
            }
        }

        return row;
    }
}
