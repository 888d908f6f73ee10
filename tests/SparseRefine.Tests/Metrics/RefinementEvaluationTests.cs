using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Metrics;

public class RefinementEvaluationTests
{
    private static readonly LabelMap Truth = new([0, 1, 1, 255], 2, 2);
    private static readonly PixelSelection Selection = new(
        new SiteSet([1, 2, 3], 1, 2, 2), new LabelMap([0, 0, 0, 0], 2, 2));

    [Fact]
    public void Add_OnePicture_CountsThreeAnswersOnMaskAndPicture()
    {
        var evaluation = new RefinementEvaluation(2);
        evaluation.Add(Truth, Selection, [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 0, 1]);
        Assert.Equal(0, evaluation.Initial.Selected.PixelAccuracy);
        Assert.Equal(1.0 / 3, evaluation.Initial.Full.PixelAccuracy);
        Assert.Equal(0.5, evaluation.RefinerOnly.Selected.PixelAccuracy);
        Assert.Equal(2.0 / 3, evaluation.RefinerOnly.Full.PixelAccuracy);
        Assert.Equal(1, evaluation.Ensembled.Selected.PixelAccuracy);
        Assert.Equal(1, evaluation.Ensembled.Full.MeanIoU);
        Assert.Equal(0.75, evaluation.Density);
        Assert.Equal(1, evaluation.Images);
    }

    [Fact]
    public void Add_NothingSelected_LeavesAllThreeEqual()
    {
        var evaluation = new RefinementEvaluation(2);
        var none = new PixelSelection(new SiteSet([], 1, 2, 2), Selection.DenseLabels);
        evaluation.Add(Truth, none, [], []);
        Assert.Equal(evaluation.Initial.Full.Counts.ToArray(), evaluation.Ensembled.Full.Counts.ToArray());
        Assert.Equal(0, evaluation.Ensembled.Selected.Total);
        Assert.Equal(0, evaluation.Density);
    }

    [Fact]
    public void Merge_TwoEvaluations_AddsEverything()
    {
        var a = new RefinementEvaluation(2);
        var b = new RefinementEvaluation(2);
        a.Add(Truth, Selection, [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 0, 1]);
        b.Add(Truth, Selection, [1, 0, 1, 0, 0, 1], [0, 1, 0, 1, 0, 1]);
        a.Merge(b);
        Assert.Equal(2, a.Images);
        Assert.Equal(6, a.SelectedPixels);
        Assert.Equal(6, a.Ensembled.Full.Total);
        Assert.Equal(0.25, a.RefinerOnly.Selected.PixelAccuracy);
    }

    [Fact]
    public void Add_NaNLogits_ThrowsAndCountsNothing()
    {
        var evaluation = new RefinementEvaluation(2);
        float[] rows = [0, 1, 1, 0, 0, float.NaN];
        Assert.Throws<InvalidInputException>(() => evaluation.Add(Truth, Selection, new float[6], rows));
        Assert.Equal(0, evaluation.Images);
        Assert.Equal(0, evaluation.RefinerOnly.Selected.Total);
    }

    [Fact]
    public void Density_NoPictures_IsNaN() => Assert.Equal(double.NaN, new RefinementEvaluation(2).Density);
}
