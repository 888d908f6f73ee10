using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Networks;
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
    public void Add_OnePhoto_CountsThreeAnswersOnMaskAndPhoto()
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
    public void Add_Result_CountsAsItsRowsDo()
    {
        float[] sparse = [0, 1, 1, 0, 0, 1];
        float[] ensembled = [0, 1, 0, 1, 0, 1];
        var rows = new RefinementEvaluation(2, 0.2);
        rows.Add(Truth, Selection, sparse, ensembled);
        var result = new RefinementEvaluation(2, 0.2);
        result.Add(Truth, Result(Selection, new SparseLogits(Selection.Sites, sparse, 2)));
        foreach ((RefinementScores one, RefinementScores other) in new[]
        {
            (rows.Initial, result.Initial), (rows.RefinerOnly, result.RefinerOnly), (rows.Ensembled, result.Ensembled),
        })
        {
            Assert.Equal(one.Full.Counts.ToArray(), other.Full.Counts.ToArray());
            Assert.Equal(one.Selected.Counts.ToArray(), other.Selected.Counts.ToArray());
            Assert.Equal(one.Boundary!.PerClass, other.Boundary!.PerClass);
        }
    }

    [Fact]
    public void Add_BoundaryAsked_ScoresEachAnswersOwnLabels()
    {
        var evaluation = new RefinementEvaluation(2, 0.2);
        evaluation.Add(Truth, Selection, [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 0, 1]);
        Assert.Equal(Boundary(0, 0, 0, 0), evaluation.Initial.Boundary!.PerClass);
        Assert.Equal(Boundary(0, 1, 0, 1), evaluation.RefinerOnly.Boundary!.PerClass);
        Assert.Equal(Boundary(0, 1, 1, 1), evaluation.Ensembled.Boundary!.PerClass);
        Assert.Null(new RefinementEvaluation(2).Initial.Boundary);

        static double[] Boundary(params byte[] labels)
        {
            var boundary = new BoundaryIoU(2, 0.2);
            boundary.Add(Truth, new LabelMap(labels, 2, 2));
            return boundary.PerClass;
        }
    }

    [Fact]
    public void Add_ResultWithoutParts_SaysWhatIsMissing() => Assert.StartsWith(
        "result: expected selection and sparse logits",
        Assert.Throws<ArgumentException>(() => new RefinementEvaluation(2).Add(Truth, Result(null, null))).Message);

    private static RefinementResult Result(PixelSelection? selection, SparseLogits? sparse) => new()
    {
        Labels = new LabelMap([0, 1, 1, 1], 2, 2),
        SelectedPixels = 3,
        Selection = selection,
        SparseLogits = sparse,
        Times = default,
        ExtractMultiplyAdds = 0,
        EnsembleMultiplyAdds = 0,
    };

    [Fact]
    public void Density_NoPhotos_IsNaN() => Assert.Equal(double.NaN, new RefinementEvaluation(2).Density);
}
