using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Painting;

public sealed class MLImageExtensionsTests
{
    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void WritePng_Image_KeepsEveryPixel(MLPixelFormat format)
    {
        using MLImage image = Plain(format, 33, 21, (i, c) => (byte)((i * 31) + (c * 70)));
        using MemoryStream file = new();
        image.WritePng(file);
        file.Position = 0;
        using MLImage read = MLImage.CreateFromStream(file);
        Assert.Equal(image.GetBGRPixels, read.GetBGRPixels);
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void ToJpeg_Image_KeepsItsColors(MLPixelFormat format)
    {
        using MLImage image = Plain(format, 16, 16, (_, c) => (byte)(40 + (c * 80)));
        using MLImage read = MLImage.CreateFromStream(new MemoryStream(image.ToJpeg()));
        Assert.All(image.GetBGRPixels.Zip(read.GetBGRPixels), pair => Assert.InRange(pair.Second, pair.First - 4, pair.First + 4));
    }

    [Theory]
    [InlineData(8, 6, 480, 8, 6)] // never enlarged
    [InlineData(100, 50, 20, 20, 10)]
    [InlineData(1, 1000, 10, 1, 10)]
    public void Shrink_AnySide_KeepsTheLongerOneAndTheShape(int width, int height, int side, int shownWidth, int shownHeight)
    {
        using MLImage image = Plain(MLPixelFormat.Rgba32, width, height, (_, c) => (byte)(40 + (c * 80)));
        using MLImage small = image.Shrink(side);
        Assert.Equal((shownWidth, shownHeight), (small.Width, small.Height));
        Assert.Equal([200, 120, 40, 255], small.Pixels[^4..].ToArray());
    }

    [Fact]
    public void Shrink_Checkerboard_IsGreyInsteadOfAPatternOfItsPixels()
    {
        using MLImage image = Plain(MLPixelFormat.Bgra32, 512, 512, (i, _) => (byte)(((i % 512) + (i / 512)) % 2 * 255));
        using MLImage small = image.Shrink(60);
        Assert.All(small.GetBGRPixels, value => Assert.InRange(value, 120, 135));
    }

    private static MLImage Plain(MLPixelFormat format, int width, int height, Func<int, int, byte> value)
    {
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = i % 4 == 3 ? (byte)255 : value(i / 4, i % 4);
        }

        return MLImage.CreateFromPixels(width, height, format, pixels);
    }
}
