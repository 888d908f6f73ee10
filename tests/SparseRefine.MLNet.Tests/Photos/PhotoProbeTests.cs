using Microsoft.ML.Data;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Photos;

public sealed class PhotoProbeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_WholePhoto_GivesItsSize(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        Assert.Equal(new PhotoSize(37, 53), PhotoProbe.Read(_folder["images/" + name]));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_AnyTruncation_IsRefused(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/" + name]);
        for (int length = 0; length < whole.Length - 8; length += Math.Max(1, whole.Length / 97))
        {
            string path = _folder.Write("cut" + Path.GetExtension(name), whole[..length]);
            InvalidInputException failure = Assert.Throws<InvalidInputException>(() => PhotoProbe.Read(path));
            Assert.StartsWith(path, failure.Message);
        }
    }

    [Fact]
    public void Read_TrailingBytesAfterJpeg_AreAccepted()
    {
        _folder.WritePhoto("a.jpg", 8, 9, seed: 1);
        string path = _folder.Write("b.jpg", [.. File.ReadAllBytes(_folder["images/a.jpg"]), 0, 1, 2]);
        Assert.Equal(new PhotoSize(8, 9), PhotoProbe.Read(path));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(12)]
    public void Read_Bitmap_GivesItsSize(byte header)
    {
        byte[] bytes = Bitmap(header, height: 1);
        Assert.Equal(new PhotoSize(1, 3), PhotoProbe.Read(_folder.Write("a.bmp", bytes)));
        using MLImage image = PhotoReader.Decode(bytes, "a.bmp");
        Assert.Equal((1, 3), (image.Height, image.Width));
        AssertRefused(bytes[..^1], "a whole BMP file");
    }

    [Fact]
    public void Read_BitmapOfTheLowestHeight_IsRefused() => AssertRefused(Bitmap(40, int.MinValue), "expected ");

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_MorePixelsThanAllowed_IsRefused(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/" + name]);
        Assert.Equal(new PhotoSize(37, 53), PhotoProbe.Read(whole, "x", 37 * 53));
        AssertRefused(whole, "37x53", (37 * 53) - 1);
    }

    [Fact]
    public void Read_JpegOfTwoFrames_IsRefused()
    {
        // A decoder takes memory by the first frame, whatever the second says: this one is of 65535x65535.
        _folder.WritePhoto("a.jpg", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.jpg"]);
        int frame = whole.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        byte[] first = [.. whole[frame..(frame + 19)]];
        (first[5], first[6], first[7], first[8]) = (0xFF, 0xFF, 0xFF, 0xFF);
        AssertRefused([.. whole[..frame], .. first, .. whole[frame..]], "expected ");
    }

    [Fact]
    public void Read_JpegOfManyScans_IsRefusedWhereTheyMakeMoreWorkThanTheLargestPhoto()
    {
        _folder.WritePhoto("a.jpg", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.jpg"]);
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];
        byte[] many = [.. whole[..^2], .. Enumerable.Repeat(scan, 99).SelectMany(s => s), .. whole[^2..]];
        Assert.Equal(new PhotoSize(37, 53), PhotoProbe.Read(many, "x"));
        AssertRefused(many, "scans", 37 * 53);
    }

    [Fact]
    public void Decode_PngOfTwoHeaders_IsRefused()
    {
        _folder.WritePhoto("a.png", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.png"]);
        Assert.Throws<InvalidInputException>(() => PhotoReader.Decode(new byte[][] { whole[..33], whole[8..] }.SelectMany(part => part).ToArray(), "bomb"));
    }

    [Fact]
    public void Read_TiffWithoutTags_IsTruncated() => AssertRefused([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0], "a whole TIFF file");

    [Fact]
    public void Read_Gif_IsRefused() => AssertRefused([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0], "a jpg, png, webp, bmp or tiff photo");

    private static byte[] Bitmap(byte header, int height)
    {
        byte[] bytes = new byte[14 + header + 12];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        (bytes[10], bytes[14]) = ((byte)(14 + header), header);
        int side = header == 12 ? 2 : 4;
        bytes[18] = 3;
        BitConverter.GetBytes(height).AsSpan(0, side).CopyTo(bytes.AsSpan(18 + side));
        (bytes[18 + (2 * side)], bytes[20 + (2 * side)]) = (1, 24);
        return bytes;
    }

    private static void AssertRefused(byte[] bytes, string expected, long maxPixels = PhotoProbe.DefaultMaxPixels)
    {
        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => PhotoProbe.Read(bytes, "bomb", maxPixels));
        Assert.StartsWith("bomb: expected ", failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void Read_Text_IsRefused()
        => Assert.Contains("expected", Assert.Throws<InvalidInputException>(
            () => PhotoProbe.Read(_folder.Write("a.jpg", "hello"))).Message);
}
