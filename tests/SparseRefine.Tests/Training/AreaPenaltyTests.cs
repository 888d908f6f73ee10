using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class AreaPenaltyTests
{
    [Fact]
    public void Apply_TwoPhotos_ValueAndGradientOfTheFormula()
    {
        // Means 0.5 and 0.2, share 0.25: distances 1 and -0.2.
        var activations = new Variable([0.25f, 0.75f, 0.1f, 0.3f], 4, 1);

        double loss = AreaPenalty.Apply(activations, 2, 0.25, 3);

        Tolerance.Equal(3 * (1 + 0.04) / 2, loss, 1e-6);
        Tolerance.Equal([6, 6, -1.2, -1.2], activations.Gradient, 1e-6);
    }

    [Fact]
    public void Apply_EveryPhotoAtTheShare_Nothing()
    {
        var activations = new Variable([0.5f, 0f, 0.25f, 0.25f], 4, 1);

        Assert.Equal(0, AreaPenalty.Apply(activations, 2, 0.25, 1));
        Assert.All(activations.Gradient, gradient => Assert.Equal(0, gradient));
    }

    [Theory]
    [InlineData(3, 0.5, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1.5, 1)]
    [InlineData(2, 0.5, -1)]
    [InlineData(2, 0.5, double.NaN)]
    public void Apply_OutOfRange_Throws(int photos, double share, double weight) =>
        Assert.Throws<ArgumentException>(() => AreaPenalty.Apply(new Variable(new float[4], 4, 1), photos, share, weight));
}
