using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Sites;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests.Networks;

public class RefinerFeaturesTests
{
    [Theory]
    [InlineData("rgb", 3)]
    [InlineData("xy,rgb", 5)]
    [InlineData("rgb,xy,p,pt", 43)]
    [InlineData("pt", 19)]
    public void FeatureSpec_Text_RoundTripsAndCountsChannels(string text, int channels)
    {
        FeatureSpec spec = FeatureSpec.Parse(text);
        Assert.Equal(text, spec.Describe());
        Assert.Equal(channels, spec.Channels(19));
        Assert.Equal(spec, FeatureSpec.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rgb,,p")]
    [InlineData("rgb,rgb")]
    [InlineData("RGB")]
    [InlineData("rgb;p")]
    public void FeatureSpec_BadText_Throws(string text) => Assert.Throws<ArgumentException>(() => FeatureSpec.Parse(text));

    [Theory]
    [InlineData("rgb,xy,p,pt", 5)]
    [InlineData("pt,p", 19)]
    [InlineData("p", 0)]
    [InlineData("rgb,pt", null)]
    public void FeatureSpecColumn_Probabilities_IsTheirFirstColumn(string text, int? column) =>
        Assert.Equal(column, FeatureSpec.Parse(text).Column(FeatureKind.Probabilities, 19));

    [Theory]
    [InlineData(PixelOrder.Rgb24)]
    [InlineData(PixelOrder.Rgba32)]
    [InlineData(PixelOrder.Bgra32)]
    public void Extract_Rgb_NormalisesEveryPixelOrder(PixelOrder order)
    {
        byte[] pixel = order switch
        {
            PixelOrder.Rgb24 => [10, 20, 30],
            PixelOrder.Rgba32 => [10, 20, 30, 255],
            _ => [30, 20, 10, 255],
        };
        float[] features = RefinerFeatures.Extract(
            new ImageView([.. pixel, .. pixel], 1, 2, order),
            new LogitMap(new float[2], 2, 1, 1),
            new SiteSet([1], 1, 1, 2),
            FeatureSpec.Parse("rgb"),
            0.5f,
            Interpolation.Bilinear,
            new Workers(1));
        Assert.Equal([(10 - 123.675f) / 58.395f, (20 - 116.28f) / 57.12f, (30 - 103.53f) / 57.375f], features);
    }

    [Fact]
    public void Extract_Xy_GoesFromMinusOneToOne()
    {
        float[] features = RefinerFeatures.Extract(
            new ImageView(new byte[3 * 3 * 5], 3, 5, PixelOrder.Rgb24),
            new LogitMap(new float[2], 2, 1, 1),
            new SiteSet([0, 7, 14], 1, 3, 5),
            FeatureSpec.Parse("xy"),
            0.5f,
            Interpolation.Bilinear,
            new Workers(1));
        Assert.Equal([-1f, -1f, 0f, 0f, 1f, 1f], features);
    }

    [Fact]
    public void Extract_OnePixelPhoto_HasXyZero()
        => Assert.Equal([0f, 0f], Extract("xy", 1, 1, SiteSet.Full(1, 1, 1), 1));

    [Fact]
    public void Extract_NoSites_IsEmpty() => Assert.Empty(Extract("rgb,xy,p,pt", 4, 4, new SiteSet([], 1, 4, 4), 2));

    [Fact]
    public void Extract_Probabilities_MatchDoubleOracleAndThreshold()
    {
        const int Height = 23;
        const int Width = 17;
        float[] features = Extract("pt,p", Height, Width, SiteSet.Full(1, Height, Width), 2);
        LogitMap map = LogitMaps.Random(3, 5, 4, 9);
        for (int i = 0; i < Height * Width; i++)
        {
            double[] p = LogitMaps.Softmax(
                LogitMaps.ReadAll(map, Height, Width, Interpolation.Bilinear, i / Width, i % Width));
            for (int c = 0; c < 3; c++)
            {
                Assert.True(Math.Abs(p[c] - features[i * 6 + 3 + c]) < 2e-6, $"pixel {i}, class {c}");
                Assert.Equal(features[i * 6 + 3 + c] > 0.5f ? 1f : 0f, features[i * 6 + c]);
            }
        }
    }

    [Fact]
    public void Extract_OneAndTwoThreads_GivesSameBits()
        => Assert.Equal(
            Extract("rgb,xy,p,pt", 101, 99, SiteSet.Full(1, 101, 99), 1),
            Extract("rgb,xy,p,pt", 101, 99, SiteSet.Full(1, 101, 99), 2));

    [Fact]
    public void Extract_SitesOfAnotherSize_Throws()
        => Assert.Throws<ArgumentException>(() => Extract("rgb", 4, 4, SiteSet.Full(1, 4, 5), 1));

    private static float[] Extract(string spec, int height, int width, SiteSet sites, int threads)
    {
        byte[] pixels = new byte[height * width * 3];
        new Random(4).NextBytes(pixels);
        return RefinerFeatures.Extract(
            new ImageView(pixels, height, width, PixelOrder.Rgb24),
            LogitMaps.Random(3, 5, 4, 9),
            sites,
            FeatureSpec.Parse(spec),
            0.5f,
            Interpolation.Bilinear,
            new Workers(threads));
    }
}
