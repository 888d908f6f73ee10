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
    public void Read_Text_IsRefused()
        => Assert.Contains("expected", Assert.Throws<InvalidInputException>(
            () => PictureProbe.Read(_folder.Write("a.jpg", "hello"))).Message);
}
