using Microsoft.ML;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Metrics;

public class EvaluationTests
{
    [Fact]
    public void Evaluate_HandComputed_GivesMetrics()
    {
        var context = new MLContext();
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        IDataView data = context.Data.LoadFromEnumerable(new[]
        {
            new LabelPair { Label = Map(0, 0, 1, 255), PredictedLabel = Map(0, 1, 1, 0) },
        });
        SemanticSegmentationMetrics metrics = catalog.Evaluate(data);
        Assert.Equal(1, metrics.Images);
        Assert.Equal(0.5, metrics.MeanIoU, 12);
        Assert.Equal([0.5, 0.5], metrics.PerClassIoU);
        Assert.Equal(2 / 3.0, metrics.PixelAccuracy, 12);
        Assert.Equal(0.75, metrics.MeanAccuracy, 12);
        Assert.Equal(0.5, metrics.ConfusionMatrix.PerClassPrecision[1], 12);
        Assert.Contains("truth \\ predicted", metrics.ConfusionMatrix.GetFormattedConfusionTable(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_SizesDiffer_NamesTheRow()
    {
        var context = new MLContext();
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        IDataView data = context.Data.LoadFromEnumerable(new[]
        {
            new LabelPair { Label = new LabelMap(new byte[2], 1, 2), PredictedLabel = Map(0, 1, 1, 0) },
        });
        var error = Assert.Throws<InvalidInputException>(() => catalog.Evaluate(data));
        Assert.Equal("row 0: expected a label map of 2x2, got 1x2", error.Message);
    }

    [Fact]
    public void EvaluateRefinement_FittedModel_AgreesWithEvaluate()
    {
        using var scene = new Scene();
        using var model = scene.Fit(Scene.Classes());
        RefinementReport report = scene.Catalog.EvaluateRefinement(model, scene.Data);
        SemanticSegmentationMetrics metrics = scene.Catalog.Evaluate(model.Transform(scene.Data));
        Assert.Equal(metrics.MeanIoU, report.Ensembled.Full.MeanIoU, 12);
        Assert.Equal(["red", "green", "blue"], report.ClassNames);
        Assert.Equal(0.25, report.Density, 6);
        Assert.True(report.ExtractMultiplyAdds > 0);
        Assert.True(report.Milliseconds.Total > 0);
    }

    [Fact]
    public void EvaluateRefinement_NoRefiner_SaysWhatIsExpected()
    {
        using var scene = new Scene();
        using var model = scene.Inputs().Append(scene.Dense()).Fit(scene.Data);
        var error = Assert.Throws<ArgumentException>(() => scene.Catalog.EvaluateRefinement(model, scene.Data));
        Assert.StartsWith("model: expected a SparseRefinementTransformer", error.Message, StringComparison.Ordinal);
    }

    private static LabelMap Map(params byte[] labels) => new(labels, 2, 2);

    internal sealed class LabelPair
    {
        public LabelMap Label { get; set; } = null!;

        public LabelMap PredictedLabel { get; set; } = null!;
    }
}
