using SparseRefine.Cli.Scenes;
using SparseRefine.Images;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Cli.Tests.Scenes;

public sealed class ContourMaskTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.37)]
    [InlineData(1)]
    public void Grow_SyntheticScene_TakesExactlyTheShare(double density)
    {
        LabelMap labels = SyntheticScene.Labels(96, 160, 5, seed: 3);
        SiteSet sites = ContourMask.Grow(labels, density);
        Assert.Equal((int)Math.Round(density * 96 * 160), sites.Count);
        Assert.True(sites.IsAscending);
        Assert.Equal((96, 160), (sites.Height, sites.Width));
    }

    [Fact]
    public void Grow_OneVerticalContour_IsABandAroundIt()
    {
        // Columns 0..9 are class 0, 10..19 class 1: the contour is columns 9 and 10; three rings make it 6 to 13.
        LabelMap labels = new([.. Enumerable.Range(0, 200).Select(i => (byte)(i % 20 < 10 ? 0 : 1))], 10, 20);
        SiteSet sites = ContourMask.Grow(labels, 8.0 / 20);
        Assert.All(sites.Indices, i => Assert.InRange(i % 20, 6, 13));
        Assert.Equal(80, sites.Count);
    }

    [Fact]
    public void Grow_OneClass_Throws()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ContourMask.Grow(new LabelMap(new byte[64], 8, 8), 0.1));
        Assert.Contains("expected at least two classes, got one", error.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Grow_DensityOutOfRange_Throws(double density)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => ContourMask.Grow(SyntheticScene.Labels(16, 16, 2, 1), density));
        Assert.StartsWith("density: expected 0 to 1, got", error.Message);
    }
}
