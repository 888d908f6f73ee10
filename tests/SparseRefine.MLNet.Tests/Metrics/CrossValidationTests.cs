using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Metrics;

public class CrossValidationTests
{
    [Fact]
    public void CrossValidate_PhotosOfScenes_KeepsScenesTogetherAndMeasuresEachFold()
    {
        using var scene = new Scene(photos: 6);
        IDataView data = Rows(scene);
        IEstimator<ITransformer> pipeline = scene.Inputs().Append(scene.Dense())
            .Append(scene.Catalog.Trainers.SparseRefinement(scene.Refinement()));
        IReadOnlyList<CrossValidationFold> folds = scene.Catalog.CrossValidate(data, pipeline, 3, "Label", "Street", seed: 1);

        Assert.Equal([0, 1, 2], folds.Select(fold => fold.Fold));
        Assert.Equal(6, folds.Sum(fold => fold.Metrics.Images));
        List<string>[] streets = [.. folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<string>("Street").Distinct().ToList())];
        Assert.Equal(["a", "b", "c"], streets.SelectMany(s => s).Order());
        foreach (CrossValidationFold fold in folds)
        {
            Assert.Equal(scene.Catalog.Evaluate(fold.ScoredHoldOutSet).MeanIoU, fold.Metrics.MeanIoU);
        }

        ((IDisposable)folds[0].Model).Dispose();
    }

    [Fact]
    public void CrossValidate_SameSeed_SameFolds()
    {
        using var scene = new Scene(photos: 6);
        IDataView data = Rows(scene);
        int[] Folds(int seed) => CrossValidation.Folds(data, 2, null, new Random(seed));
        Assert.Equal(Folds(1), Folds(1));
        Assert.Equal(3, Folds(1).Count(fold => fold == 0));
        Assert.Contains(Enumerable.Range(2, 9), seed => !Folds(seed).SequenceEqual(Folds(1)));
    }

    [Theory]
    [InlineData(1, null, "expected 2 to 6, the number of rows, got 1")]
    [InlineData(7, null, "expected 2 to 6, the number of rows, got 7")]
    [InlineData(4, "Street", "expected 2 to 3, the number of different values of column 'Street', got 4")]
    [InlineData(3, "Town", "column 'Town': expected text or a number as sampling key, got no such column")]
    [InlineData(3, "Vector", "column 'Vector': expected text or a number as sampling key, got Vector<Single, 2>")]
    public void CrossValidate_BadFoldsOrKey_SaysWhatIsExpected(int folds, string? key, string expected)
    {
        using var scene = new Scene(photos: 6);
        var error = Assert.Throws<ArgumentException>(
            () => scene.Catalog.CrossValidate(Rows(scene), scene.Inputs(), folds, "Label", key));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HeldOutRows_WithKeys_HoldsWholeGroupsBack()
    {
        int[] rows = [0, 1, 2, 3, 4, 5];
        (IReadOnlyList<int> training, IReadOnlyList<int> validation) = HeldOutRows.Split(rows, ["a", "b", "a", "c", "c", "b"], 0.3);
        Assert.Equal([0, 1, 2, 5], training);
        Assert.Equal([3, 4], validation);
        (training, validation) = HeldOutRows.Split(rows, ["a", "a", "a", "a", "a", "a"], 0.3);
        Assert.Equal(rows, training);
        Assert.Equal(rows, validation);
    }

    private static IDataView Rows(Scene scene)
    {
        _ = scene.Catalog;
        string[] streets = ["a", "b", "a", "c", "c", "b"];
        return scene.Context.Data.LoadFromEnumerable(scene.Pairs.Select((pair, i) => new Row
        {
            ImagePath = pair.ImagePath,
            LabelPath = pair.LabelPath,
            Street = streets[i],
        }));
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string LabelPath { get; set; } = "";

        public string Street { get; set; } = "";

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 1];
    }
}
