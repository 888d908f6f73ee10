using BitMiracle.LibTiff.Classic;
using Microsoft.ML.Data;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Photos;

public sealed class TiffPhotoTests
{
    public static TheoryData<TiffFile> Forms()
    {
        TheoryData<TiffFile> forms = [];
        TiffFile[] kinds =
        [
            .. ((int[])[1, 2, 4, 8, 16]).SelectMany(bits => (TiffFile[])[
                new() { Bits = bits, Meaning = Photometric.MINISBLACK, Samples = 1 },
                new() { Bits = bits, Meaning = Photometric.MINISWHITE, Samples = 1 },
                new() { Bits = bits, Meaning = Photometric.MINISBLACK, Samples = 2, Extra = ExtraSample.UNASSALPHA }]),
            .. ((int[])[1, 2, 4, 8]).Select(bits => new TiffFile { Bits = bits, Meaning = Photometric.PALETTE, Samples = 1 }),
            .. ((int[])[4, 8, 16]).SelectMany(bits => (TiffFile[])[
                new() { Bits = bits },
                new() { Bits = bits, Samples = 4, Extra = ExtraSample.UNASSALPHA }]),
            .. ((int[])[8, 16]).Select(bits => new TiffFile { Bits = bits, Meaning = Photometric.SEPARATED, Samples = 4 }),
        ];
        foreach (TiffFile kind in kinds)
        {
            foreach ((bool isTiled, bool isPlanar) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
            {
                TiffFile form = kind with { IsTiled = isTiled, IsPlanar = isPlanar, Mode = isTiled ? "wl" : "wb" };
                forms.Add(form with { Compression = isPlanar ? Compression.PACKBITS : Compression.NONE });
                forms.Add(form with { Compression = Compression.LZW, Predictor = HasPredictor(form) ? Predictor.HORIZONTAL : Predictor.NONE });
                forms.Add(form with { Compression = Compression.ADOBE_DEFLATE, Mode = isPlanar ? "wl" : "wb" });
            }
        }

        return forms;

        // The encoder takes differences of 16-bit samples in the wrong byte order; see the test below.
        static bool HasPredictor(TiffFile form) => form.Bits == 8 || (form.Bits == 16 && form.Mode == "wl");
    }

    [Theory]
    [InlineData("wl")]
    [InlineData("wb")]
    public void Decode_DifferencesOfSixteenBits_AddUp(string mode)
    {
        // The differences are the samples here, and the tag says so afterwards.
        TiffFile samples = new() { Bits = 16 };
        byte[] file = (samples with
        {
            Mode = mode,
            Compression = Compression.ADOBE_DEFLATE,
            HasPredictorTag = true,
            Sample = (y, x, c) => samples.At(y, x, c) - (x == 0 ? 0 : samples.At(y, x - 1, c)),
        }).ToBytes();
        Overwrite(file, TiffTag.PREDICTOR, (int)Predictor.HORIZONTAL);
        using MLImage image = PhotoReader.Decode(file, "a.tif");
        for (int i = 0; i < samples.Height * samples.Width; i++)
        {
            Assert.Equal((byte)(samples.At(i / samples.Width, i % samples.Width, 0) >> 8), image.Pixels[(4 * i) + 2]);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decode_AnyForm_HasItsColors(TiffFile form)
    {
        byte[] file = form.ToBytes();
        Assert.Equal(new PhotoSize(form.Height, form.Width), PhotoProbe.Read(file, "a.tif"));
        using MLImage image = PhotoReader.Decode(file, "a.tif");
        for (int y = 0; y < form.Height; y++)
        {
            for (int x = 0; x < form.Width; x++)
            {
                int Eight(int c) => form.Bits == 16 ? form.At(y, x, c) >> 8 : form.At(y, x, c) * 255 / ((1 << form.Bits) - 1);
                int Channel(int c) => form.Meaning switch
                {
                    Photometric.RGB => Eight(c),
                    Photometric.PALETTE => form.Palette(form.At(y, x, 0), c) >> 8,
                    Photometric.MINISWHITE => 255 - Eight(0),
                    Photometric.SEPARATED => (255 - Eight(c)) * (255 - Eight(3)) / 255,
                    _ => Eight(0),
                };
                Assert.Equal([(byte)Channel(2), (byte)Channel(1), (byte)Channel(0), 255], image.Pixels.Slice(((y * form.Width) + x) * 4, 4).ToArray());
            }
        }
    }

    // A half-transparent red of 200 is stored as 100. Where nothing is to be seen, the stored color stays.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_ColorsMultipliedByAlpha_AreGivenBack(bool isPlanar)
    {
        int[] pixel = [100, 50, 0, 128];
        TiffFile form = new() { Samples = 4, Extra = ExtraSample.ASSOCALPHA, IsPlanar = isPlanar, Sample = (_, x, c) => x == 0 && c == 3 ? 0 : pixel[c] };
        using MLImage image = PhotoReader.Decode(form.ToBytes(), "a.tif");
        Assert.Equal([0, 50, 100, 255, 0, 99, 199, 255], image.Pixels[..8].ToArray());
        TiffFile gray = form with { Meaning = Photometric.MINISBLACK, Samples = 2, Sample = (_, _, c) => c == 0 ? 100 : 128 };
        using MLImage other = PhotoReader.Decode(gray.ToBytes(), "a.tif");
        Assert.Equal([199, 199, 199, 255], other.Pixels[..4].ToArray());
    }

    [Theory]
    [InlineData(Orientation.TOPLEFT, 0, 0)]
    [InlineData(Orientation.BOTRIGHT, 1, 1)]
    [InlineData(Orientation.RIGHTTOP, 0, 1)]
    [InlineData(Orientation.LEFTBOT, 1, 0)]
    public void Decode_Orientation_StandsUpright(Orientation orientation, int bottom, int right)
    {
        foreach (TiffFile kind in (TiffFile[])[
            new() { Compression = Compression.LZW },
            new() { Compression = Compression.JPEG, Meaning = Photometric.YCBCR },
            new() { Bits = 1, Samples = 1, Meaning = Photometric.MINISBLACK }])
        {
            // Bright in the stored upper left corner only.
            TiffFile form = kind with { Orientation = orientation, Sample = (y, x, _) => y < 8 && x < 8 ? 255 : 0 };
            using MLImage image = PhotoReader.Decode(form.ToBytes(), "a.tif");
            Assert.Equal(orientation >= Orientation.LEFTTOP ? (form.Width, form.Height) : (form.Height, form.Width), (image.Height, image.Width));
            Assert.Equal(new PhotoSize(image.Height, image.Width), PhotoProbe.Read(form.ToBytes(), "a.tif"));
            foreach ((int y, int x) in ((int, int)[])[(0, 0), (0, 1), (1, 0), (1, 1)])
            {
                int at = ((y * (image.Height - 1) * image.Width) + (x * (image.Width - 1))) * 4;
                Assert.Equal((y, x) == (bottom, right), image.Pixels[at] > 128);
            }
        }
    }

    [Theory]
    [InlineData("wl")]
    [InlineData("wb")]
    public void Decode_YCbCrOfJpeg_HasItsColors(string mode)
    {
        int[] color = [200, 40, 90];
        TiffFile form = new() { Meaning = Photometric.YCBCR, Compression = Compression.JPEG, Mode = mode, Sample = (_, _, c) => color[c] };
        using MLImage image = PhotoReader.Decode(form.ToBytes(), "a.tif");
        for (int c = 0; c < 3; c++)
        {
            Assert.InRange(image.Pixels[^(4 - c)], color[2 - c] - 4, color[2 - c] + 4);
        }
    }

    [Theory]
    [InlineData(Photometric.CIELAB, 8, 3)]
    [InlineData(Photometric.SEPARATED, 8, 3)]
    [InlineData(Photometric.PALETTE, 16, 1)]
    [InlineData(Photometric.RGB, 12, 3)]
    [InlineData(Photometric.RGB, 32, 3)]
    public void Decode_FormThatIsNotRead_IsRefusedAsSuch(Photometric meaning, int bits, int samples)
    {
        // The encoder has no rows of 12 bits and no palette of 16: the tags are written over.
        byte[] file = new TiffFile { Samples = samples, Meaning = samples == 3 ? Photometric.RGB : Photometric.MINISBLACK, Bits = bits is 8 or 16 ? bits : 8 }.ToBytes();
        Overwrite(file, TiffTag.PHOTOMETRIC, (int)meaning);
        if (bits is not (8 or 16))
        {
            Overwrite(file, TiffTag.BITSPERSAMPLE, bits);
        }

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(file, "a.tif"));
        Assert.Equal(InputFault.Damaged, e.Fault);
        Assert.StartsWith("a.tif: expected a ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Compression.NONE, "wl")]
    [InlineData(Compression.LZW, "wb")]
    [InlineData(Compression.ADOBE_DEFLATE, "wl8")]
    public void Decode_AnyTruncation_IsRefusedAsTruncated(Compression compression, string mode)
    {
        // The encoder writes the tags behind the pixels, so any cut loses some of them.
        byte[] whole = new TiffFile { Compression = compression, Mode = mode }.ToBytes();
        PhotoReader.Decode(whole, "whole").Dispose();
        for (int length = 4; length < whole.Length - 4; length += 97)
        {
            InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(whole.AsMemory(0, length), "cut"));
            Assert.Equal((InputFault.Truncated, $"one that is truncated after {length} bytes"), (e.Fault, e.Got));
        }
    }

    [Fact]
    public void Decode_HarmedPixels_IsDamagedAndNotTruncated()
    {
        TiffFile form = new() { Compression = Compression.ADOBE_DEFLATE };
        byte[] file = form.ToBytes();
        file.AsSpan(20, 200).Fill(0xA5);
        Assert.Equal(new PhotoSize(form.Height, form.Width), PhotoProbe.Read(file, "a.tif"));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(file, "a.tif"));
        Assert.Equal(InputFault.Damaged, e.Fault);
        Assert.StartsWith("a.tif: expected a photo that can be decoded, got a damaged one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MorePixelsThanAllowed_IsTooLargeBeforeAnythingElse()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoProbe.Read(new TiffFile().ToBytes(), "a.tif", 100));
        Assert.Equal((InputFault.TooLarge, "a size from 1x1 to 100 pixels"), (e.Fault, e.Expected));
    }

    [Fact]
    public void Read_SeveralPages_ReadsTheFirstAndSaysSo()
    {
        List<string> remarks = [];
        byte[] file = new TiffFile { Pages = 3 }.ToBytes();
        PhotoReader.Decode(file, "a.tif", remark: remarks.Add).Dispose();
        PhotoProbe.Read(file, "b.tif", remark: remarks.Add);
        PhotoReader.Decode(new TiffFile().ToBytes(), "c.tif", remark: remarks.Add).Dispose();
        Assert.Equal(["a.tif: a file of several pages, of which the first is read", "b.tif: a file of several pages, of which the first is read"], remarks);
    }

    // No mutation may do anything but decode or be refused: no other exception, no memory for what a length claims.
    [Fact]
    public void Decode_Mutations_AreDecodedOrRefused()
    {
        Random random = new(1);
        int refused = 0;
        foreach (Compression compression in (Compression[])[Compression.LZW, Compression.ADOBE_DEFLATE, Compression.PACKBITS, Compression.NONE])
        {
            byte[] whole = new TiffFile { Compression = compression, IsTiled = compression == Compression.LZW }.ToBytes();
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

    [Fact]
    public void Decode_SizeThatTheDecoderReadsOtherwise_IsRefused()
    {
        // An uncompressed page of 45x62, whose width says that it is the first of 61 values, which would lie elsewhere.
        (short Tag, short Type, int Count, int Value)[] entries =
        [
            (256, 4, 61, 62), (257, 4, 1, 45), (258, 3, 3, 240), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 256), (277, 3, 1, 3), (278, 4, 1, 45), (279, 4, 1, 45 * 62 * 3),
        ];
        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, (byte)entries.Length, 0]);
        foreach ((short tag, short type, int count, int value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(count);
            writer.Write(value);
        }

        writer.Write(new byte[256 + (45 * 62 * 3) - (int)file.Length]);
        file.Position = 240;
        writer.Write([(byte)8, 0, 8, 0, 8, 0]);
        Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(file.ToArray(), "a.tif"));
    }

    // Changes a tag of one 16-bit value, or of several that lie elsewhere.
    private static void Overwrite(byte[] file, TiffTag tag, int value)
    {
        bool isBig = file[0] == 'M';
        byte[] Word(int word) => isBig ? [(byte)(word >> 8), (byte)word] : [(byte)word, (byte)(word >> 8)];
        int at = file.AsSpan().LastIndexOf((byte[])[.. Word((int)tag), .. Word(3)]);
        int count = file[at + (isBig ? 7 : 4)];
        int values = count > 2 ? BitConverter.ToInt32(file, at + 8) : at + 8;
        for (int i = 0; i < count; i++)
        {
            Word(value).CopyTo(file, values + (2 * i));
        }
    }
}
