using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Photos;

public sealed class PhotoReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_PlainPhoto_HasTheBitsOfMLNet(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        string path = _folder["images/" + name];
        using MLImage image = PhotoReader.Read(path);
        using MLImage expected = MLImage.CreateFromFile(path);
        Assert.Equal(expected.PixelFormat, image.PixelFormat);
        Assert.Equal((expected.Height, expected.Width, path), (image.Height, image.Width, image.Tag));
        Assert.True(expected.Pixels.SequenceEqual(image.Pixels));
    }

    [Fact]
    public void Read_GrayPng_HasThreeEqualChannels()
    {
        using MLImage image = PhotoReader.Decode(PngFile.Make(1, 3, 8, 0, [0, 90, 255]), "x");
        Assert.Equal([0, 0, 0, 255, 90, 90, 90, 255, 255, 255, 255, 255], image.Pixels.ToArray());
    }

    [Fact]
    public void Read_TransparentPng_HasTheStoredColors()
    {
        byte[] colors = [200, 100, 50, 0, 10, 20, 30, 128, 255, 255, 255, 1];
        using MLImage image = PhotoReader.Decode(PngFile.Make(1, 3, 8, 6, colors), "x");
        Assert.Equal([50, 100, 200, 255, 30, 20, 10, 255, 255, 255, 255, 255], image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(2, 2, 3, 2, 1, 0, 5, 4, 3)]
    [InlineData(3, 2, 3, 5, 4, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 3, 4, 5, 0, 1, 2)]
    [InlineData(5, 3, 2, 0, 3, 1, 4, 2, 5)]
    [InlineData(6, 3, 2, 3, 0, 4, 1, 5, 2)]
    [InlineData(7, 3, 2, 5, 2, 4, 1, 3, 0)]
    [InlineData(8, 3, 2, 2, 5, 1, 4, 0, 3)]
    public void Read_PngWithExifOrientation_StandsUprightAsItsLabelsDo(byte orientation, int height, int width, params int[] upright)
    {
        string path = _folder.Write("a.png", PngFile.Make(2, 3, 8, 0, [0, 1, 2, 3, 4, 5], orientation: orientation));
        Assert.Equal(new PhotoSize(height, width), PhotoProbe.Read(path));
        using MLImage image = PhotoReader.Read(path);
        Assert.Equal((height, width), (image.Height, image.Width));
        Assert.Equal(upright, Enumerable.Range(0, 6).Select(i => (int)image.Pixels[4 * i]));
        SparseRefine.Images.LabelMap labels = new LabelReading().Read(path);
        Assert.Equal((height, width), (labels.Height, labels.Width));
        Assert.Equal(upright, labels.Labels.Select(label => (int)label));
    }

    [Theory]
    [InlineData("\0\0\0\u001cftypheic\0\0\0\0", "a HEIC file")]
    [InlineData("\0\0\0\u001cftypavif\0\0\0\0", "an AVIF file")]
    [InlineData("GIF89a", "a GIF file")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS (git lfs pull fetches the file itself)")]
    [InlineData("<!DOCTYPE html>", "a web page")]
    [InlineData("hello", "a file that starts with 68656C6C6F")]
    public void Read_OtherKindOfFile_IsNamed(string content, string got)
    {
        string path = _folder.Write("a.jpg", System.Text.Encoding.Latin1.GetBytes(content));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => PhotoProbe.Read(path));
        Assert.Equal((path, got), (e.InputSource, e.Got));
    }

    // Each orientation puts the first stored row and column somewhere else. The photo is bright in the stored upper left eighth only.
    [Theory]
    [InlineData(1, 40, 80, 0, 0)]
    [InlineData(2, 40, 80, 0, 1)]
    [InlineData(3, 40, 80, 1, 1)]
    [InlineData(4, 40, 80, 1, 0)]
    [InlineData(5, 80, 40, 0, 0)]
    [InlineData(6, 80, 40, 0, 1)]
    [InlineData(7, 80, 40, 1, 1)]
    [InlineData(8, 80, 40, 1, 0)]
    public void Read_ExifOrientation_StandsUpright(byte orientation, int height, int width, int bottom, int right)
    {
        string path = _folder.Write("a.jpg", Oriented(orientation));
        Assert.Equal(new PhotoSize(height, width), PhotoProbe.Read(path));
        using MLImage image = PhotoReader.Read(path);
        Assert.Equal((height, width), (image.Height, image.Width));
        for (int y = 0; y < 2; y++)
        {
            for (int x = 0; x < 2; x++)
            {
                int at = ((((y * (height - 9)) + 4) * width) + (x * (width - 9)) + 4) * 4;
                Assert.Equal(y == bottom && x == right, image.Pixels[at] > 128);
            }
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(2, 3)]
    public void Apply_TwiceTheInverse_GivesTheStoredPixels(int height, int width)
    {
        uint[] stored = [.. Enumerable.Range(0, height * width).Select(i => (uint)i)];
        foreach (SKEncodedOrigin origin in Enum.GetValues<SKEncodedOrigin>())
        {
            uint[] seen = new uint[stored.Length];
            uint[] back = new uint[stored.Length];
            PhotoOrientation.Apply(origin, stored, seen, height, width);
            bool isTurned = origin >= SKEncodedOrigin.LeftTop;
            SKEncodedOrigin inverse = origin switch
            {
                SKEncodedOrigin.RightTop => SKEncodedOrigin.LeftBottom,
                SKEncodedOrigin.LeftBottom => SKEncodedOrigin.RightTop,
                _ => origin,
            };
            PhotoOrientation.Apply(inverse, seen, back, isTurned ? width : height, isTurned ? height : width);
            Assert.Equal(stored, back);
            Assert.Equal(stored, seen.Order());
        }
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_AnyTruncation_IsRefusedAndNamed(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/" + name]);
        for (int length = 0; length < whole.Length - 8; length += Math.Max(1, whole.Length / 23))
        {
            byte[] cut = whole[..length];
            Assert.StartsWith("cut: expected ", Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(cut, "cut")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_PngWithHarmedPixels_IsRefusedWhereMLNetShowsGray()
    {
        _folder.WritePhoto("a.png", 64, 64, seed: 1);
        byte[] bytes = File.ReadAllBytes(_folder["images/a.png"]);
        bytes.AsSpan(bytes.Length / 2, 40).Clear();
        Assert.Contains("a photo that can be decoded", Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(bytes, "x")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.JPG", true)]
    [InlineData("a.webp", true)]
    [InlineData(".a.jpg", false)]
    [InlineData("a.txt", false)]
    [InlineData("jpg", false)]
    public void IsPhoto_Name_GoesByItsExtension(string name, bool expected) => Assert.Equal(expected, PhotoProbe.IsPhoto(name));

    [Fact]
    public void Decode_PartOfAnArray_ReadsThatPartOnly()
    {
        _folder.WritePhoto("a.png", 5, 7, seed: 1);
        byte[] file = File.ReadAllBytes(_folder["images/a.png"]);
        byte[] padded = [.. new byte[11], .. file, .. new byte[9]];
        using MLImage image = PhotoReader.Decode(padded.AsMemory(11, file.Length), "x");
        Assert.Equal((5, 7), (image.Height, image.Width));
    }

    [Fact]
    public void Read_AgainAndAgain_TakesNoMemoryForTheFile()
    {
        _folder.WritePhoto("a.png", 400, 400, seed: 1, noise: 100);
        string path = _folder["images/a.png"];
        PhotoReader.Read(path).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        PhotoReader.Read(path).Dispose();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        Assert.InRange(new FileInfo(path).Length, 100_000, long.MaxValue);
    }

    [Fact]
    public void Read_MissingFileOrFolder_IsNamed()
    {
        Assert.Equal("no such file", Assert.Throws<InvalidInputException>(() => PhotoReader.Read(_folder["gone.png"])).Got);
        Assert.Equal("a folder", Assert.Throws<InvalidInputException>(() => PhotoReader.Read(_folder.Root)).Got);
    }

    // All 65,536 values, as OpenCV and Pillow take them: gray, red green blue, and with an alpha that must change nothing.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(6, 4)]
    public void Decode_SixteenBitPng_TakesTheUpperEight(int color, int channels)
    {
        byte[] rows = [.. Enumerable.Range(0, 65536).SelectMany(i => Enumerable.Range(0, channels).SelectMany(c => (byte[])[(byte)((i + (c * 257)) >> 8), (byte)(i + (c * 257))]))];
        using MLImage image = PhotoReader.Decode(PngFile.Make(256, 256, 16, color, rows), "x");
        for (int i = 0; i < 65536; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal((byte)((channels == 1 ? i : i + (c * 257)) >> 8), image.Pixels[(4 * i) + 2 - c]);
            }
        }
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Decode_BadPhoto_SaysWhatIsWrong(string name)
    {
        _folder.WritePhoto(name, 64, 64, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/" + name]);
        byte[] header = [.. whole];
        header.AsSpan(name == "a.jpg" ? 3 : 12, 12).Fill(0xFE);
        Assert.Equal(InputFault.Damaged, Fault(header));
        Assert.Equal(InputFault.Truncated, Fault(whole[..^20]));
        Assert.Equal(InputFault.TooLarge, Fault(whole, 100));

        // More pixels than allowed are told before anything that is wrong behind the header.
        Assert.Equal(InputFault.TooLarge, Fault(whole[..^20], 100));
        Assert.Equal(InputFault.OtherKind, Fault([.. "hello"u8]));
        Assert.Equal(InputFault.Missing, Assert.Throws<InvalidInputException>(() => PhotoReader.Read(_folder["gone"])).Fault);

        static InputFault Fault(byte[] file, long most = 10000) => Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(file, "x", most)).Fault;
    }

    private static byte[] Oriented(byte orientation)
    {
        using SKBitmap bitmap = new(new SKImageInfo(80, 40, SKColorType.Bgra8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Black);
        bitmap.Erase(SKColors.White, new SKRectI(0, 0, 20, 20));
        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        byte[] bytes = jpeg.ToArray();

        // One EXIF entry: tag 0x0112, a short, once.
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. bytes[..2], .. exif, .. bytes[2..]];
    }
}
