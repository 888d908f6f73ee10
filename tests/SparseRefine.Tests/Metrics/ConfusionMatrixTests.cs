using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Metrics;

public class ConfusionMatrixTests
{
    // Truth 0 0 0 1 1 2 against 0 0 1 1 2 2, one pixel ignored; class 3 never occurs.
    private static readonly LabelMap Truth = new([0, 0, 0, 1, 1, 2, 255], 1, 7);
    private static readonly LabelMap Predicted = new([0, 0, 1, 1, 2, 2, 3], 1, 7);

    [Fact]
    public void Scores_SmallPhoto_HaveHandComputedValues()
    {
        var matrix = new ConfusionMatrix(4);
        matrix.Add(Truth, Predicted);
        Assert.Equal(6, matrix.Total);
        Assert.Equal(1, matrix[1, 2]);
        Assert.Equal([2.0 / 3, 1.0 / 3, 1.0 / 2, double.NaN], matrix.PerClassIoU);
        Assert.Equal(0.5, matrix.MeanIoU, 1e-15);
        Assert.Equal(4.0 / 6, matrix.PixelAccuracy, 1e-15);
        Assert.Equal((2.0 / 3 + 0.5 + 1) / 3, matrix.MeanAccuracy, 1e-15);
        Assert.Equal((3 * 2.0 / 3 + 2 / 3.0 + 0.5) / 6, matrix.FrequencyWeightedIoU, 1e-15);
    }

    [Fact]
    public void Scores_ClassOnlyPredicted_IsAbsentAndCountsAgainstTheOthers()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(new LabelMap([0, 0], 1, 2), new LabelMap([0, 1], 1, 2));
        Assert.Equal([0.5, double.NaN], matrix.PerClassIoU);
        Assert.Equal(0.5, matrix.MeanIoU);
        Assert.Equal(0.5, matrix.FrequencyWeightedIoU);
        Assert.Equal(0.5, matrix.MeanAccuracy);
    }

    [Fact]
    public void Scores_NothingCounted_AreNaN()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(new LabelMap([255], 1, 1), new LabelMap([0], 1, 1));
        Assert.Equal(double.NaN, matrix.MeanIoU);
        Assert.Equal(double.NaN, matrix.PixelAccuracy);
        Assert.Equal(double.NaN, matrix.MeanAccuracy);
        Assert.Equal(double.NaN, matrix.FrequencyWeightedIoU);
    }

    [Fact]
    public void Add_AtSites_CountsOnlyThose()
    {
        var matrix = new ConfusionMatrix(4);
        matrix.Add(Truth, Predicted, new SiteSet([0, 2, 6], 1, 1, 7));
        Assert.Equal(2, matrix.Total);
        Assert.Equal(1, matrix[0, 0]);
        Assert.Equal(1, matrix[0, 1]);
    }

    [Fact]
    public void Merge_TwoHalves_EqualsTheWhole()
    {
        var whole = new ConfusionMatrix(4);
        whole.Add(Truth, Predicted);
        whole.Add(Truth, Predicted);
        var a = new ConfusionMatrix(4);
        var b = new ConfusionMatrix(4);
        a.Add(Truth, Predicted);
        b.Add(Truth, Predicted);
        a.Merge(b);
        Assert.Equal(whole.Counts.ToArray(), a.Counts.ToArray());
    }

    [Fact]
    public void Add_OtherIgnoreIndex_IsRespected()
    {
        var matrix = new ConfusionMatrix(2);
        matrix.Add(new LabelMap([0, 1], 1, 2), new LabelMap([0, 0], 1, 2), ignoreIndex: 1);
        Assert.Equal(1, matrix.Total);
    }

    [Theory]
    [InlineData(2, 0, "truth: expected labels from 0 to 1, got 2")]
    [InlineData(0, 9, "predicted: expected labels from 0 to 1, got 9")]
    public void Add_LabelThatIsNoClass_ThrowsAndCountsNothing(byte truth, byte predicted, string message)
    {
        var matrix = new ConfusionMatrix(2);
        var error = Assert.Throws<ArgumentException>(
            () => matrix.Add(new LabelMap([0, truth], 1, 2), new LabelMap([0, predicted], 1, 2)));
        Assert.StartsWith(message, error.Message);
        Assert.Equal(0, matrix.Total);
    }

    [Fact]
    public void Add_SizesThatDiffer_Throws()
        => Assert.Throws<ArgumentException>(
            () => new ConfusionMatrix(2).Add(new LabelMap([0, 0], 1, 2), new LabelMap([0, 0], 2, 1)));

    [Fact]
    public void Merge_OtherClasses_Throws()
        => Assert.Throws<ArgumentException>(() => new ConfusionMatrix(2).Merge(new ConfusionMatrix(3)));
}
