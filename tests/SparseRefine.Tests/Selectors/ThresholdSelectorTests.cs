using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

/// <summary>The entropy and the margin selector against the definition in double precision.</summary>
public class ThresholdSelectorTests
{
    // Closer to the threshold than this, single precision may fall on either side.
    private const double Doubt = 1e-5;

    public static TheoryData<int, int, int, int, int, double, string> Cases()
    {
        var data = new TheoryData<int, int, int, int, int, double, string>();
        foreach (string form in new[] { "entropy:{0}", "entropy:{0}:nearest", "margin:{0}", "margin:{0}:nearest" })
        {
            foreach (double threshold in new[] { 0.005, 0.1, 0.3, 0.65, 0.95 })
            {
                string text = string.Format(null, form, threshold);
                data.Add(2, 13, 9, 131, 77, 6, text);
                data.Add(3, 8, 8, 33, 35, 20, text);
                data.Add(19, 5, 6, 21, 17, 12, text);
                data.Add(5, 9, 9, 9, 9, 8, text);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Select_RandomMap_MatchesDoubleOracle(
        int c, int h, int w, int height, int width, double scale, string text)
    {
        LogitMap map = LogitMaps.Random(c, h, w, 7, scale);
        PixelSelection selection = PixelSelector.Parse(text).Select(map, height, width, new Workers(2));
        Interpolation mode = text.EndsWith("nearest", StringComparison.Ordinal) ? Interpolation.Nearest : Interpolation.Bilinear;
        double threshold = double.Parse(text.Split(':')[1]);
        bool[] selected = new bool[height * width];
        foreach (int index in selection.Sites.Indices)
        {
            selected[index] = true;
        }

        for (int i = 0; i < selected.Length; i++)
        {
            double[] z = LogitMaps.ReadAll(map, height, width, mode, i / width, i % width);
            double[] sorted = [.. z.OrderDescending()];
            if (sorted[0] - sorted[1] > Doubt)
            {
                Assert.True(Array.IndexOf(z, sorted[0]) == selection.DenseLabels.Labels[i], $"label of pixel {i}");
            }

            double[] p = [.. LogitMaps.Softmax(z).OrderDescending()];
            double excess = text[0] == 'e' ? LogitMaps.Entropy(z) - threshold : threshold - (p[0] - p[1]);
            if (Math.Abs(excess) > Doubt)
            {
                Assert.True(excess > 0 == selected[i], $"pixel {i}: excess {excess}, selected {selected[i]}");
            }
        }
    }

    [Theory]
    [InlineData("entropy:0.3")]
    [InlineData("margin:0.4")]
    [InlineData("fraction:0.37")]
    [InlineData("random:0.37:5")]
    public void Select_OneAndTwoThreads_GivesSameBits(string text)
    {
        LogitMap map = LogitMaps.Random(4, 31, 17, 3);
        IPixelSelector selector = PixelSelector.Parse(text);
        PixelSelection one = selector.Select(map, 301, 127, new Workers(1));
        PixelSelection two = selector.Select(map, 301, 127, new Workers(2));
        Assert.NotEqual(0, one.Sites.Count);
        Assert.Equal(one.Sites.Indices, two.Sites.Indices);
        Assert.Equal(one.DenseLabels.Labels, two.DenseLabels.Labels);
    }

    [Theory]
    [InlineData(2, 0.6931f, 1)]
    [InlineData(2, 0.6932f, 0)]
    [InlineData(3, 1.0986f, 1)]
    [InlineData(3, 1.0987f, 0)]
    public void EntropySelect_EqualLogits_SelectsBelowLogOfClasses(int classes, float threshold, int expected)
    {
        var map = new LogitMap(new float[classes], classes, 1, 1);
        PixelSelection selection = new EntropySelector(threshold).Select(map, 1, 1, new Workers(1));
        Assert.Equal(expected, selection.Sites.Count);
        Assert.Equal(0, selection.DenseLabels.Labels[0]);
    }

    [Fact]
    public void EntropySelect_ThresholdZero_SelectsAllThatIsNotCertain()
    {
        var map = new LogitMap([30, 200, 1, 0, 0, 1], 2, 1, 3);
        PixelSelection selection = new EntropySelector(0, Interpolation.Nearest).Select(map, 1, 3, new Workers(1));
        Assert.Equal([0, 2], selection.Sites.Indices);
    }

    [Fact]
    public void EntropySelect_NothingAbove_GivesEmptySitesAndLabels()
    {
        var map = new LogitMap([0, 50, 50, 0], 2, 1, 2);
        PixelSelection selection = new EntropySelector(0.1f, Interpolation.Nearest).Select(map, 1, 4, new Workers(2));
        Assert.Empty(selection.Sites.Indices);
        Assert.Equal([1, 1, 0, 0], selection.DenseLabels.Labels);
    }

    [Fact]
    public void EntropySelect_EverythingAbove_SelectsAllPixels()
    {
        var map = new LogitMap(new float[2 * 3 * 3], 2, 3, 3);
        PixelSelection selection = new EntropySelector(0.5f).Select(map, 7, 11, new Workers(2));
        Assert.Equal(Enumerable.Range(0, 77), selection.Sites.Indices);
    }

    [Theory]
    [InlineData("entropy:0.1")]
    [InlineData("margin:0.1")]
    [InlineData("fraction:0.1")]
    [InlineData("random:0.1:1")]
    public void Select_NaN_ThrowsInvalidInput(string text)
    {
        var map = new LogitMap([0, float.NaN], 2, 1, 1);
        Assert.Throws<InvalidInputException>(() => PixelSelector.Parse(text).Select(map, 4, 4, new Workers(1)));
    }

    [Fact]
    public void MarginSelect_Zero_SelectsNothingEvenOnTies()
        => Assert.Empty(new MarginSelector(0).Select(new LogitMap(new float[2], 2, 1, 1), 3, 3, new Workers(1)).Sites.Indices);

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void EntropySelector_BadThreshold_Throws(float threshold)
        => Assert.Throws<ArgumentException>(() => new EntropySelector(threshold));

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void MarginSelector_BadMargin_Throws(float margin)
        => Assert.Throws<ArgumentException>(() => new MarginSelector(margin));
}
