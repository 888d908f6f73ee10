using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public class TrainingControlTests
{
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 0.55)]
    [InlineData(10, 0.1)]
    [InlineData(999, 0.1)]
    public void Rate_WarmupFourOfTen_FollowsFormula(int step, double expected) =>
        Assert.Equal(expected, new CosineSchedule(4, 10, 1, 0.1).Rate(step), 1e-12);

    [Fact]
    public void Rate_WarmupEqualsTotal_NeverDividesByZero()
    {
        CosineSchedule schedule = new(2, 2, 1);

        Assert.Equal([0.5, 1, 0], Enumerable.Range(0, 3).Select(schedule.Rate));
    }

    [Fact]
    public void CosineSchedule_BadInput_Throws()
    {
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(0, 0, 1));
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(-1, 5, 1));
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(6, 5, 1));
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(0, 5, double.NaN));
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(0, 5, 1, 2));
        Assert.ThrowsAny<ArgumentException>(() => new CosineSchedule(0, 5, 1).Rate(-1));
    }

    [Fact]
    public void ByNorm_AboveLimit_ScalesAllGradients()
    {
        Parameter a = new("a", [1]);
        Parameter b = new("b", [1]);
        Parameter running = new("r", [1], trained: false);
        a.Gradient[0] = 3;
        b.Gradient[0] = -4;

        Assert.Equal(5, GradientClipping.ByNorm([a, b, running], 1), 1e-12);
        Assert.Equal(0.6f, a.Gradient[0], 1e-6f);
        Assert.Equal(-0.8f, b.Gradient[0], 1e-6f);
    }

    [Fact]
    public void ByNorm_BelowLimit_ChangesNothing()
    {
        Parameter a = new("a", [2]);
        a.Gradient[1] = 0.5f;

        Assert.Equal(0.5, GradientClipping.ByNorm([a], 1));
        Assert.Equal([0, 0.5f], a.Gradient);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ByNorm_NotFinite_ReturnsItAndChangesNothing(float bad)
    {
        Parameter a = new("a", [2]);
        a.Gradient[0] = bad;
        a.Gradient[1] = 7;

        Assert.False(double.IsFinite(GradientClipping.ByNorm([a], 1)));
        Assert.Equal(7, a.Gradient[1]);
        Assert.Throws<ArgumentException>(() => GradientClipping.ByNorm([a], 0));
    }

    [Fact]
    public void Update_NoProgress_StopsAfterPatience()
    {
        EarlyStopping stopping = new(0.01, 2);

        Assert.False(stopping.IsBest);
        Assert.True(stopping.Update(0.5));
        Assert.False(stopping.Update(0.505));
        Assert.False(stopping.ShouldStop);
        Assert.True(stopping.Update(0.52));
        Assert.False(stopping.Update(double.NaN));
        Assert.False(stopping.ShouldStop);
        Assert.False(stopping.Update(0.1));
        Assert.True(stopping.ShouldStop);
        Assert.Equal(0.52, stopping.Best);
        Assert.Equal(2, stopping.BestUpdate);
    }

    [Fact]
    public void EarlyStopping_BadInput_Throws()
    {
        Assert.ThrowsAny<ArgumentException>(() => new EarlyStopping(-1, 1));
        Assert.ThrowsAny<ArgumentException>(() => new EarlyStopping(double.NaN, 1));
        Assert.ThrowsAny<ArgumentException>(() => new EarlyStopping(0, 0));
    }

    [Fact]
    public void TrainingExample_SizesDiffer_ThrowsNamingTheExample()
    {
        ImageBuffer image = new(new byte[12], 2, 2, PixelOrder.Rgb24);
        LogitMap logits = new(new float[2], 2, 1, 1);

        ArgumentException e = Assert.Throws<ArgumentException>(
            () => new TrainingExample("a.jpg", image, new LabelMap(new byte[2], 1, 2), logits));

        Assert.Contains("expected 2x2, got 1x2 (a.jpg)", e.Message);
    }
}
