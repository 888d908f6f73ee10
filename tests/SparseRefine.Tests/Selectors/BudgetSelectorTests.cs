using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public class BudgetSelectorTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1234, 1234)]
    [InlineData(67 * 45, 67 * 45)]
    [InlineData(int.MaxValue, 67 * 45)]
    public void Select_PixelBudget_TakesThatManyAsTheFractionWould(int budget, int expected)
    {
        LogitMap map = LogitMaps.Random(3, 9, 7, 11);
        PixelSelection selection = new PixelBudgetSelector(budget).Select(map, 67, 45, new Workers(2));
        Assert.Equal(expected, selection.Sites.Count);
        PixelSelection same = new FractionSelector(expected / (67.0 * 45)).Select(map, 67, 45, new Workers(1));
        Assert.Equal(same.Sites.Indices, selection.Sites.Indices);
        Assert.Equal(same.DenseLabels.Labels, selection.DenseLabels.Labels);
    }

    [Fact]
    public void Select_TimeBudgetWithCost_TakesTheQuotientOfPixels()
    {
        LogitMap map = LogitMaps.Random(3, 9, 7, 11);
        PixelSelection selection = new TimeBudgetSelector(10, 0.03).Select(map, 67, 45, new Workers(2));
        Assert.Equal(333, selection.Sites.Count);
    }

    [Fact]
    public void Select_TimeBudgetOfManyPixels_TakesAll()
        => Assert.Equal(
            12, new TimeBudgetSelector(1e12, 1e-12).Select(LogitMaps.Random(2, 2, 2, 1), 3, 4, new Workers(1)).Sites.Count);

    [Fact]
    public void Select_TimeBudgetWithoutCost_SaysHowToGiveOne()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => new TimeBudgetSelector(50).Select(LogitMaps.Random(2, 2, 2, 1), 3, 4, new Workers(1)));
        Assert.StartsWith("selector 'time:50': expected a cost per pixel (time:MS:COST", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_Refiner_KeepsBudgetAndModeAndGivesACost()
    {
        var refiner = new SparseRefiner(
            new EntropySelector(0.3f),
            FeatureSpec.Parse("rgb"),
            new SparseUNet(new SparseUNetOptions(3, 2, [4, 8], 1), seed: 1),
            new EntropyEnsembler());
        var image = new ImageView(new byte[40 * 30 * 3], 40, 30, PixelOrder.Rgb24);
        TimeBudgetSelector calibrated = new TimeBudgetSelector(50, null, Interpolation.Nearest)
            .Calibrate(refiner, image, LogitMaps.Random(2, 10, 8, 1), new Workers(1));
        Assert.Equal((50.0, Interpolation.Nearest), (calibrated.Milliseconds, calibrated.Mode));
        Assert.True(calibrated.MillisecondsPerPixel > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_BadTime_NamesIt(double milliseconds)
        => Assert.StartsWith(
            "milliseconds: expected a finite value above 0",
            Assert.Throws<ArgumentException>(() => new TimeBudgetSelector(milliseconds)).Message,
            StringComparison.Ordinal);
}
