using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public class FractionSelectorTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    [InlineData(1.0)]
    public void Select_Fraction_TakesExactlyThatManyHighestEntropies(double fraction)
    {
        const int Height = 67;
        const int Width = 45;
        LogitMap map = LogitMaps.Random(3, 9, 7, 11);
        PixelSelection selection = new FractionSelector(fraction).Select(map, Height, Width, new Workers(2));
        Assert.Equal((int)Math.Round(fraction * Height * Width), selection.Sites.Count);
        Assert.True(selection.Sites.IsAscending);
        if (selection.Sites.Count is 0 or Height * Width)
        {
            return;
        }

        double[] entropies = [.. Enumerable.Range(0, Height * Width).Select(i => LogitMaps.Entropy(
            LogitMaps.ReadAll(map, Height, Width, Interpolation.Bilinear, i / Width, i % Width)))];
        double lowestIn = selection.Sites.Indices.Min(i => entropies[i]);
        double highestOut = Enumerable.Range(0, Height * Width).Except(selection.Sites.Indices).Max(i => entropies[i]);
        Assert.True(lowestIn >= highestOut - 2e-6, $"lowest selected {lowestIn}, highest left {highestOut}");
    }

    [Fact]
    public void Select_EqualEntropies_TakesLowerIndices()
    {
        var map = new LogitMap(new float[2], 2, 1, 1);
        PixelSelection selection = new FractionSelector(0.3).Select(map, 10, 10, new Workers(2));
        Assert.Equal(Enumerable.Range(0, 30), selection.Sites.Indices);
    }

    [Fact]
    public void Select_CertainPixels_StillReachesTheFraction()
    {
        var map = new LogitMap([500, 500, 0, 500, 0, 0, 0, 0], 2, 1, 4);
        PixelSelection selection = new FractionSelector(0.5, Interpolation.Nearest).Select(map, 1, 4, new Workers(1));
        Assert.Equal([0, 2], selection.Sites.Indices);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.51, 1)]
    [InlineData(1.0, 1)]
    public void Select_OnePixel_RoundsHalfToEven(double fraction, int expected)
        => Assert.Equal(
            expected,
            new FractionSelector(fraction).Select(LogitMaps.Random(2, 1, 1, 1), 1, 1, new Workers(1)).Sites.Count);

    [Fact]
    public void TopScores_Ties_MatchStableSort()
    {
        var random = new Random(5);
        float[] scores = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(7) * 0.25f)];
        foreach (int count in new[] { 0, 1, 2, 143, 500, 999, 1000 })
        {
            int[] expected = [.. Enumerable.Range(0, 1000).OrderByDescending(i => scores[i]).Take(count).Order()];
            Assert.Equal(expected, Top(scores, count));
        }
    }

    [Fact]
    public void TopScores_NearlyEqualScores_AreToldApart()
    {
        float x = 0.3f;
        float[] scores = [x, MathF.BitIncrement(x), MathF.BitDecrement(x), x];
        Assert.Equal([0, 1], Top(scores, 2));
        Assert.Equal(MathF.BitDecrement(x), TopScores.Limit(scores, 4));
        Assert.Equal(x, TopScores.Limit(scores, 2));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    public void Constructor_BadFraction_Throws(double fraction)
        => Assert.Throws<ArgumentException>(() => new FractionSelector(fraction));

    private static int[] Top(float[] scores, int count)
    {
        int[] indices = [.. Enumerable.Range(0, scores.Length)];
        return indices[..TopScores.Keep(scores, indices, count)];
    }
}
