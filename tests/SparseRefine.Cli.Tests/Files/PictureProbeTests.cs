using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Cli.Tests.Files;

public sealed class PictureProbeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_WholePicture_GivesItsSize(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        Assert.Equal(new PictureSize(37, 53), PictureProbe.Read(_folder["images/" + name]));
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
            InvalidInputException failure = Assert.Throws<InvalidInputException>(() => PictureProbe.Read(path));
            Assert.StartsWith(path, failure.Message);
        }
    }

    [Fact]
    public void Read_TrailingBytesAfterJpeg_AreAccepted()
    {
        _folder.WritePhoto("a.jpg", 8, 9, seed: 1);
        string path = _folder.Write("b.jpg", [.. File.ReadAllBytes(_folder["images/a.jpg"]), 0, 1, 2]);
        Assert.Equal(new PictureSize(8, 9), PictureProbe.Read(path));
    }

    [Fact]
    public void Read_Bitmap_GivesItsSize()
    {
        byte[] bytes = new byte[54 + 12];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        BitConverter.TryWriteBytes(bytes.AsSpan(18), 3);
        BitConverter.TryWriteBytes(bytes.AsSpan(22), -1);
        Assert.Equal(new PictureSize(1, 3), PictureProbe.Read(_folder.Write("a.bmp", bytes)));
    }

    [Fact]
    public void Read_OldBitmap_GivesItsSize()
    {
        byte[] bytes = new byte[26 + 12];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        bytes[14] = 12;
        (bytes[18], bytes[20]) = (3, 1);
        Assert.Equal(new PictureSize(1, 3), PictureProbe.Read(_folder.Write("a.bmp", bytes)));
    }

    [Fact]
    public void Read_BitmapOfTheLowestHeight_IsRefused()
    {
        byte[] bytes = new byte[54];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        BitConverter.TryWriteBytes(bytes.AsSpan(18), 1);
        BitConverter.TryWriteBytes(bytes.AsSpan(22), int.MinValue);
        AssertRefused(bytes, "a size from 1x1 to 134217728 pixels");
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Read_MorePixelsThanAllowed_IsRefused(string name)
    {
        _folder.WritePhoto(name, 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/" + name]);
        Assert.Equal(new PictureSize(37, 53), PictureProbe.Read(whole, "x", 37 * 53));
        AssertRefused(whole, "37x53", (37 * 53) - 1);
    }

    [Fact]
    public void Read_JpegOfTwoFrames_IsRefused()
    {
        // A decoder takes memory by the first frame, whatever the second says.
        _folder.WritePhoto("a.jpg", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.jpg"]);
        int frame = whole.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        byte[] first = [.. whole[frame..(frame + 19)]];
        (first[5], first[6], first[7], first[8]) = (0xFF, 0xFF, 0xFF, 0xFF);
        AssertRefused([.. whole[..frame], .. first, .. whole[frame..]], "one frame");
    }

    [Fact]
    public void Read_JpegOfManyScans_IsRefusedWhereTheyMakeMoreWorkThanTheLargestPicture()
    {
        _folder.WritePhoto("a.jpg", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.jpg"]);
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];
        byte[] many = [.. whole[..^2], .. Enumerable.Repeat(scan, 99).SelectMany(s => s), .. whole[^2..]];
        Assert.Equal(new PictureSize(37, 53), PictureProbe.Read(many, "x"));
        AssertRefused(many, "scans", 37 * 53);
    }

    [Fact]
    public void Read_PngOfTwoHeaders_IsRefused()
    {
        _folder.WritePhoto("a.png", 37, 53, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/a.png"]);
        AssertRefused([.. whole[..33], .. whole[8..]], "one IHDR chunk");
    }

    [Fact]
    public void Read_TiffOfTwoWidths_IsRefused()
    {
        byte[] entry = [0, 1, 4, 0, 1, 0, 0, 0, 9, 0, 0, 0];
        AssertRefused([(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 2, 0, .. entry, .. entry], "each side once");
    }

    private static void AssertRefused(byte[] bytes, string expected, long maxPixels = PictureProbe.DefaultMaxPixels)
    {
        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => PictureProbe.Read(bytes, "bomb", maxPixels));
        Assert.StartsWith("bomb: expected ", failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void Read_Text_IsRefused()
        => Assert.Contains("expected", Assert.Throws<InvalidInputException>(
            () => PictureProbe.Read(_folder.Write("a.jpg", "hello"))).Message);
}
