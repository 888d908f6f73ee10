using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public class PhotometricDistortionTests
{
    private static readonly PhotometricOptions Nothing =
        new() { BrightnessDelta = 0, ContrastRange = 0, SaturationRange = 0, HueDelta = 0 };

    [Fact]
    public void Apply_EmptyRanges_ChangesNothing()
    {
        byte[] pixels = Pixels();
        Random random = new(1);
        for (int i = 0; i < 50; i++)
        {
            byte[] copy = [.. pixels];
            new PhotometricDistortion(Nothing).Apply(copy, random);
            Assert.Equal(pixels, copy);
        }
    }

    [Fact]
    public void Apply_Brightness_ShiftsAllBytesAlikeWithinDelta()
    {
        PhotometricDistortion distortion = new(
            new PhotometricOptions { BrightnessDelta = 20, ContrastRange = 0, SaturationRange = 0, HueDelta = 0 });
        Random random = new(2);
        HashSet<int> shifts = [];
        for (int i = 0; i < 200; i++)
        {
            byte[] pixels = [100, 0, 255, 50, 60, 70];
            distortion.Apply(pixels, random);
            int shift = pixels[0] - 100;
            Assert.InRange(shift, -20, 20);
            Assert.Equal(Math.Max(0, shift), pixels[1]);
            Assert.Equal(Math.Min(255, 255 + shift), pixels[2]);
            Assert.Equal(70 + shift, pixels[5]);
            shifts.Add(shift);
        }

        Assert.True(shifts.Count > 20);
        Assert.Contains(0, shifts);
    }

    [Fact]
    public void Apply_Contrast_StaysWithinRange()
    {
        PhotometricDistortion distortion = new(
            new PhotometricOptions { BrightnessDelta = 0, ContrastRange = 0.5, SaturationRange = 0, HueDelta = 0 });
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            byte[] pixels = [100, 200, 0];
            distortion.Apply(pixels, random);
            Assert.InRange(pixels[0], 50, 150);
            Assert.InRange(pixels[1], Math.Min(255, (2 * pixels[0]) - 1), Math.Min(255, (2 * pixels[0]) + 1));
            Assert.Equal(0, pixels[2]);
        }
    }

    [Theory]
    [InlineData(1, 0, 200, 100, 50, 200, 100, 50)]
    [InlineData(0, 0, 200, 100, 50, 200, 200, 200)]
    [InlineData(0.5f, 0, 200, 100, 50, 200, 150, 125)]
    [InlineData(9, 0, 200, 100, 50, 200, 67, 0)]
    [InlineData(1, 2, 255, 0, 0, 0, 255, 0)]
    [InlineData(1, -2, 255, 0, 0, 0, 0, 255)]
    [InlineData(1, 3, 255, 0, 0, 0, 255, 255)]
    [InlineData(1, 1, 255, 0, 0, 255, 255, 0)]
    [InlineData(1, 6, 10, 200, 30, 10, 200, 30)]
    [InlineData(0.3f, 2.5f, 77, 77, 77, 77, 77, 77)]
    [InlineData(2, 1, 0, 0, 0, 0, 0, 0)]
    public void Turn_KnownColors_GivesHsvResult(
        float saturation, float sextants, byte r, byte g, byte b, byte r2, byte g2, byte b2)
    {
        byte[] pixel = [r, g, b];

        HsvKernel.Turn(pixel, saturation, sextants);

        Assert.InRange(pixel[0], r2 - 1, r2 + 1);
        Assert.InRange(pixel[1], g2 - 1, g2 + 1);
        Assert.InRange(pixel[2], b2 - 1, b2 + 1);
    }

    [Fact]
    public void Turn_NoTurn_KeepsEveryColor()
    {
        for (int i = 0; i < 1 << 15; i++)
        {
            byte[] pixel = [(byte)(i >> 10 << 3), (byte)((i >> 5 & 31) << 3), (byte)((i & 31) << 3)];
            byte[] copy = [.. pixel];
            HsvKernel.Turn(copy, 1, 0);
            Assert.Equal(pixel, copy);
        }
    }

    [Fact]
    public void Turn_AnyTurn_KeepsTheLargestChannel()
    {
        Random random = new(4);
        byte[] pixel = new byte[3];
        for (int i = 0; i < 20000; i++)
        {
            random.NextBytes(pixel);
            int max = pixel.Max();
            HsvKernel.Turn(pixel, (float)random.NextDouble() * 2, ((float)random.NextDouble() * 12) - 6);
            Assert.Equal(max, pixel.Max());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void Turn_AnyLength_EqualsScalarReference(int count)
    {
        Random random = new(count);
        byte[] expected = new byte[3 * count];
        random.NextBytes(expected);
        byte[] actual = [.. expected];
        for (int i = 0; i < count; i++)
        {
            HsvKernel.TurnScalar(expected.AsSpan(3 * i, 3), 1.3f, -0.4f);
        }

        HsvKernel.Turn(actual, 1.3f, -0.4f);

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Apply_SameSeed_GivesTheSameBytes()
    {
        byte[] a = Pixels();
        byte[] b = Pixels();

        new PhotometricDistortion().Apply(a, new Random(9));
        new PhotometricDistortion().Apply(b, new Random(9));

        Assert.Equal(a, b);
        Assert.NotEqual(Pixels(), a);
    }

    [Fact]
    public void Apply_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => new PhotometricDistortion().Apply(new byte[4], new Random(1)));
        Assert.Throws<ArgumentException>(() => new PhotometricOptions { BrightnessDelta = -1 });
        Assert.Throws<ArgumentException>(() => new PhotometricOptions { ContrastRange = 1.1 });
        Assert.Throws<ArgumentException>(() => new PhotometricOptions { SaturationRange = double.NaN });
        Assert.Throws<ArgumentException>(() => new PhotometricOptions { HueDelta = 181 });
    }

    private static byte[] Pixels()
    {
        byte[] pixels = new byte[3 * 100];
        new Random(6).NextBytes(pixels);
        return pixels;
    }
}
