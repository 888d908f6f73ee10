using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public class OtherSelectorTests
{
    [Theory]
    [InlineData("entropy:0.3")]
    [InlineData("entropy:0.005:nearest")]
    [InlineData("fraction:0.1")]
    [InlineData("fraction:0.125:nearest")]
    [InlineData("margin:0.2")]
    [InlineData("pixels:200000")]
    [InlineData("pixels:0:nearest")]
    [InlineData("time:50")]
    [InlineData("time:12.5:nearest")]
    [InlineData("time:50:0.00012")]
    [InlineData("time:50:0.00012:nearest")]
    [InlineData("random:0.1:-7")]
    [InlineData("random:0.1:7:nearest")]
    public void Describe_ParsedText_IsTheText(string text) => Assert.Equal(text, PixelSelector.Parse(text).Describe());

    [Fact]
    public void Parse_BilinearSuffix_IsTheDefault()
        => Assert.Equal("entropy:0.3", PixelSelector.Parse(" entropy:0.3:bilinear ").Describe());

    [Theory]
    [InlineData("")]
    [InlineData("entropy")]
    [InlineData("entropy:")]
    [InlineData("entropy:x")]
    [InlineData("entropy:0,3")]
    [InlineData("entropy:0.3:area")]
    [InlineData("entropy:0.3:nearest:1")]
    [InlineData("random:0.1")]
    [InlineData("random:0.1:x")]
    [InlineData("oracle:1")]
    [InlineData("nearest")]
    [InlineData("pixels:1.5")]
    [InlineData("pixels:10:20")]
    [InlineData("time:50:1:2")]
    public void Parse_OtherForm_NamesTheForms(string text) =>
        Assert.Equal($"'{text}'", Assert.Throws<InvalidInputException>(() => PixelSelector.Parse(text)).Got);

    [Theory]
    [InlineData("pixels:-1")]
    [InlineData("time:0")]
    [InlineData("time:50:0")]
    [InlineData("fraction:2")]
    [InlineData("entropy:NaN")]
    public void Parse_ValueOutOfRange_Throws(string text) => Assert.Throws<ArgumentException>(() => PixelSelector.Parse(text));

    [Fact]
    public void RandomSelect_Seeds_GiveOtherPixelsOfTheSameNumber()
    {
        LogitMap map = LogitMaps.Random(2, 4, 4, 1);
        int[] a = new RandomSelector(0.2, 1).Select(map, 50, 60, new Workers(2)).Sites.Indices;
        int[] b = new RandomSelector(0.2, 2).Select(map, 50, 60, new Workers(2)).Sites.Indices;
        Assert.Equal(600, a.Length);
        Assert.Equal(600, b.Length);

        // Independent choices of a fifth share 120 of 600 on average, deviation about 9.
        Assert.InRange(a.Intersect(b).Count(), 75, 165);
    }

    [Fact]
    public void RandomSelect_Rows_AreHitEvenly()
    {
        int[] indices = new RandomSelector(0.5, 3).Select(LogitMaps.Random(2, 2, 2, 1), 100, 100, new Workers(1)).Sites.Indices;
        foreach (IGrouping<int, int> row in indices.GroupBy(i => i / 100))
        {
            Assert.InRange(row.Count(), 25, 75);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(255)]
    public void DoubtfulMargin_RandomLogits_NeverDropsAPixelAboveTheThreshold(int classes)
    {
        var random = new Random(classes);
        for (int i = 0; i < 20000; i++)
        {
            double scale = random.NextDouble() * 20;
            bool level = random.Next(2) == 0;
            double[] z = [.. Enumerable.Range(0, classes).Select(c => c == 0 ? scale : level ? 0 : random.NextDouble() * scale)];
            double[] p = [.. LogitMaps.Softmax(z).OrderDescending()];
            double margin = z.OrderDescending().First() - z.OrderDescending().ElementAt(1);
            double entropy = LogitMaps.Entropy(z);
            Assert.True(margin < DoubtfulMargin.ForEntropy(entropy - 1e-6, classes), $"entropy {entropy}, margin {margin}");
            Assert.True(margin < DoubtfulMargin.ForProbabilities(p[0] - p[1] + 1e-9, classes), $"margin {margin}");
        }
    }
}
