using BitMiracle.LibTiff.Classic;
using Microsoft.ML.Data;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Photos;

public sealed class TiffPhotoTests
{
    private const int Height = 37;
    private const int Width = 53;

    public static TheoryData<int, Photometric, int, Compression, bool, bool, string> Forms()
    {
        TheoryData<int, Photometric, int, Compression, bool, bool, string> forms = [];
        foreach (int bits in (int[])[8, 16])
        {
            foreach ((Photometric meaning, int samples) in ((Photometric, int)[])[
                (Photometric.MINISBLACK, 1), (Photometric.MINISWHITE, 1), (Photometric.MINISBLACK, 2), (Photometric.RGB, 3), (Photometric.RGB, 4), (Photometric.PALETTE, 1)])
            {
                foreach (Compression compression in (Compression[])[Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE, Compression.PACKBITS])
                {
                    foreach ((bool isTiled, bool isPlanar) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
                    {
                        if (bits == 8 || meaning != Photometric.PALETTE)
                        {
                            forms.Add(bits, meaning, samples, compression, isTiled, isPlanar, isTiled ? "wl" : "wb");
                        }
                    }
                }
            }
        }

        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decode_AnyForm_HasItsColors(
        int bits, Photometric meaning, int samples, Compression compression, bool isTiled, bool isPlanar, string mode)
    {
        byte[] file = Make(bits, meaning, samples, compression, isTiled, isPlanar, mode);
        Assert.Equal(new PhotoSize(Height, Width), PhotoProbe.Read(file, "a.tif"));
        using MLImage image = PhotoReader.Decode(file, "a.tif");
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int Channel(int c) => meaning switch
                {
                    Photometric.RGB => Eight(Sample(y, x, c, bits), bits),
                    Photometric.PALETTE => (Sample(y, x, 0, 8) * (c + 3)) & 255,
                    Photometric.MINISWHITE => 255 - Eight(Sample(y, x, 0, bits), bits),
                    _ => Eight(Sample(y, x, 0, bits), bits),
                };
                Assert.Equal([(byte)Channel(2), (byte)Channel(1), (byte)Channel(0), 255], image.Pixels.Slice(((y * Width) + x) * 4, 4).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(3, Height - 1, Width - 1)]
    [InlineData(6, 0, Height - 1)]
    [InlineData(8, Width - 1, 0)]
    public void Decode_Orientation_StandsUpright(int orientation, int row, int column)
    {
        byte[] file = Make(8, Photometric.RGB, 3, Compression.LZW, false, false, "wl", orientation);
        using MLImage image = PhotoReader.Decode(file, "a.tif");
        Assert.Equal(orientation > 4 ? (Width, Height) : (Height, Width), (image.Height, image.Width));
        Assert.Equal(new PhotoSize(image.Height, image.Width), PhotoProbe.Read(file, "a.tif"));
        Assert.Equal((byte)Sample(0, 0, 0, 8), image.Pixels[(((row * image.Width) + column) * 4) + 2]);
    }

    [Theory]
    [InlineData(Compression.NONE)]
    [InlineData(Compression.LZW)]
    [InlineData(Compression.ADOBE_DEFLATE)]
    public void Decode_AnyTruncation_IsRefusedAsTruncated(Compression compression)
    {
        // The encoder writes the tags behind the pixels, so any cut loses some of them.
        byte[] whole = Make(8, Photometric.RGB, 3, compression, false, false, "wl");
        for (int length = 4; length < whole.Length - 4; length += 97)
        {
            InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(whole.AsMemory(0, length), "cut"));
            Assert.Contains("a whole TIFF file, got one that is truncated", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_HarmedPixels_IsDamagedAndNotTruncated()
    {
        byte[] file = Make(8, Photometric.RGB, 3, Compression.ADOBE_DEFLATE, false, false, "wl");
        file.AsSpan(20, 200).Fill(0xA5);
        Assert.Equal(new PhotoSize(Height, Width), PhotoProbe.Read(file, "a.tif"));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(file, "a.tif"));
        Assert.StartsWith("a.tif: expected a photo that can be decoded, got a damaged one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MorePixelsThanAllowed_IsTooLargeBeforeAnythingElse()
    {
        byte[] file = Make(8, Photometric.RGB, 3, Compression.NONE, false, false, "wl");
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoProbe.Read(file.AsMemory(), "a.tif", 100));
        Assert.Equal("a size from 1x1 to 100 pixels", e.Expected);
    }

    // No mutation may do anything but decode or be refused: no other exception, no memory for what a length claims.
    [Fact]
    public void Decode_Mutations_AreDecodedOrRefused()
    {
        Random random = new(1);
        int refused = 0;
        foreach (Compression compression in (Compression[])[Compression.LZW, Compression.ADOBE_DEFLATE, Compression.PACKBITS, Compression.NONE])
        {
            byte[] whole = Make(8, Photometric.RGB, 3, compression, compression == Compression.LZW, false, "wl");
            for (int i = 0; i < 300; i++)
            {
                byte[] file = [.. whole];
                for (int k = 0; k < 1 + (i % 4); k++)
                {
                    // Half of the changes hit the tags, which stand at the file's end.
                    int at = k % 2 == 0 ? file.Length - 1 - random.Next(Math.Min(200, file.Length)) : random.Next(file.Length);
                    file[at] = (byte)random.Next(256);
                }

                try
                {
                    PhotoReader.Decode(file, "x", 1 << 16).Dispose();
                }
                catch (InvalidInputException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 100, 1200);
    }

    // All 65,536 values of a 16-bit PNG, gray and red, green, blue.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(6, 4)]
    public void Decode_SixteenBitPng_DividesBy257AndRounds(int color, int channels)
    {
        byte[] rows = [.. Enumerable.Range(0, 65536).SelectMany(i => Enumerable.Range(0, channels).SelectMany(c => (byte[])[(byte)((i + c) >> 8), (byte)(i + c)]))];
        using MLImage image = PhotoReader.Decode(PngFile.Make(256, 256, 16, color, rows), "x");
        for (int i = 0; i < 65000; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                // SkiaSharp hands 16 bits out as half floats, 0.09 off at most. Cutting the low byte would be off by up to 1.
                double exact = (channels == 1 ? i : i + c) / 257.0;
                Assert.InRange(Math.Abs(image.Pixels[(4 * i) + 2 - c] - exact), 0, 0.59);
            }
        }
    }

    private static int Sample(int y, int x, int c, int bits) => ((y * 1009) + (x * 331) + (c * 7919)) & ((1 << bits) - 1);

    private static int Eight(int value, int bits) => bits == 8 ? value : (int)Math.Round(value / 257.0);

    private static byte[] Make(
        int bits, Photometric meaning, int samples, Compression compression, bool isTiled, bool isPlanar, string mode, int orientation = 1)
    {
        using MemoryStream stream = new();
        using (Tiff tiff = Tiff.ClientOpen("x", mode, stream, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, Width);
            tiff.SetField(TiffTag.IMAGELENGTH, Height);
            tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, samples);
            tiff.SetField(TiffTag.PHOTOMETRIC, meaning);
            tiff.SetField(TiffTag.COMPRESSION, compression);
            tiff.SetField(TiffTag.PLANARCONFIG, isPlanar ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.ORIENTATION, (Orientation)orientation);
            if (samples is 2 or 4)
            {
                tiff.SetField(TiffTag.EXTRASAMPLES, 1, new short[] { (short)ExtraSample.UNASSALPHA });
            }

            if (meaning == Photometric.PALETTE)
            {
                ushort[] Map(int c) => [.. Enumerable.Range(0, 256).Select(i => (ushort)(((i * (c + 3)) & 255) * 257))];
                tiff.SetField(TiffTag.COLORMAP, Map(0), Map(1), Map(2));
            }

            (int rows, int columns) = isTiled ? (16, 32) : (10, Width);
            if (isTiled)
            {
                tiff.SetField(TiffTag.TILEWIDTH, columns);
                tiff.SetField(TiffTag.TILELENGTH, rows);
            }
            else
            {
                tiff.SetField(TiffTag.ROWSPERSTRIP, rows);
            }

            int number = 0;
            for (int plane = 0; plane < (isPlanar ? samples : 1); plane++)
            {
                for (int top = 0; top < Height; top += rows)
                {
                    for (int left = 0; left < Width; left += columns, number++)
                    {
                        using MemoryStream block = new();
                        int seen = isTiled ? rows : Math.Min(rows, Height - top);
                        for (int y = top; y < top + seen; y++)
                        {
                            for (int x = left; x < left + columns; x++)
                            {
                                for (int c = isPlanar ? plane : 0; c < (isPlanar ? plane + 1 : samples); c++)
                                {
                                    int value = Sample(y, x, c, bits);
                                    block.Write(bits == 8 ? [(byte)value] : BitConverter.GetBytes((ushort)value));
                                }
                            }
                        }

                        byte[] data = block.ToArray();
                        _ = isTiled ? tiff.WriteEncodedTile(number, data, data.Length) : tiff.WriteEncodedStrip(number, data, data.Length);
                    }
                }
            }

            tiff.WriteDirectory();
            tiff.Flush();
            return stream.ToArray();
        }
    }
}
