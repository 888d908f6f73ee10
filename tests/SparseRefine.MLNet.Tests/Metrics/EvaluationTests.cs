using Microsoft.ML;
using Microsoft.ML.Data;
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
        Assert.Equal(1, metrics.ConfusionMatrix.GetCountForClassPair(1, 0));
        Assert.Equal(0, metrics.ConfusionMatrix.GetCountForClassPair(0, 1));
        Assert.Null(metrics.MeanBoundaryIoU);
        Assert.Equal(
            """
            Confusion table
                      ||===================
            PREDICTED ||      0 |      1 | Recall
            TRUTH     ||===================
                    0 ||      1 |      1 | 0.5000
                    1 ||      0 |      1 | 1.0000
                      ||===================
            Precision || 1.0000 | 0.5000 |

            """.ReplaceLineEndings("\n"),
            metrics.ConfusionMatrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void Evaluate_AbsentClassWithNames_IsNaNAndCountsInNoMean()
    {
        var context = new MLContext();
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        IDataView data = context.Data.LoadFromEnumerable(new[]
        {
            new LabelPair { Label = Map(0, 0, 1, 255), PredictedLabel = Map(0, 1, 1, 0) },
        });
        SemanticSegmentationMetrics metrics = catalog.Evaluate(data, options: new SemanticSegmentationEvaluationOptions
        {
            ClassList = Scene.Classes(),
            BoundaryIoU = true,
        });
        Assert.Equal(["red", "green", "blue"], metrics.ClassNames);
        Assert.Equal(0.5, metrics.MeanIoU, 12);
        Assert.True(double.IsNaN(metrics.PerClassIoU[2]));
        Assert.True(double.IsNaN(metrics.ConfusionMatrix.PerClassRecall[2]));
        Assert.Equal(3, metrics.PerClassBoundaryIoU!.Count);
        Assert.Equal(0.5, metrics.MeanBoundaryIoU!.Value, 12);
        Assert.Contains("  2. blue ||      0 |      0 |      0 | absent\n", metrics.ConfusionMatrix.GetFormattedConfusionTable(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_NoLabelledPixel_SaysSo()
    {
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable(new[] { new LabelPair { Label = Map(255, 255, 255, 255), PredictedLabel = Map(0, 1, 0, 1) } });
        var error = Assert.Throws<InvalidInputException>(() => context.SemanticSegmentation.Evaluate(data));
        Assert.Equal("labels: expected at least one labelled pixel, got only label 255 (ignored)", error.Message);
    }

    [Fact]
    public void Evaluate_PredictedIdThatIsNoClass_NamesTheRow()
    {
        var context = new MLContext();
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        IDataView data = context.Data.LoadFromEnumerable(new[]
        {
            new LabelPair { Label = Map(0, 0, 1, 255), PredictedLabel = Map(0, 1, 7, 9) },
        });
        var error = Assert.Throws<InvalidInputException>(
            () => catalog.Evaluate(data, options: new SemanticSegmentationEvaluationOptions { Classes = 2 }));
        Assert.Equal("row 0: expected predicted class ids 0 to 1, got 7", error.Message);
    }

    [Fact]
    public void Library_NeverReferencesTheConsole() => Assert.All(
        [typeof(LabelMap).Assembly, typeof(Onnx.DenseModel).Assembly, typeof(SemanticSegmentationCatalog).Assembly],
        assembly => Assert.DoesNotContain("System.Console", assembly.GetReferencedAssemblies().Select(name => name.Name)));

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

        // 240 pixels; a gate's linears of 8x64 and 64x2, while the ensemblers that learn nothing have none.
        bool isGate = model.LastTransformer.Refiner.Ensembler is Ensemblers.GatedEnsembler;
        Assert.Equal(isGate ? 240 * ((8 * 64) + (64 * 2)) : 0, report.EnsembleMultiplyAdds);
        Assert.True(report.Milliseconds.Total > 0);
    }

    [Fact]
    public void EvaluateRefinement_WithoutSelectionAndSparseLogitsColumns_ReportsTheSame()
    {
        using var scene = new Scene();
        using var model = scene.Fit(Scene.Classes());
        SparseRefinementTransformer fitted = model.LastTransformer;
        var bare = new SparseRefinementTransformer(
            fitted.Columns with { Selection = null, SparseLogits = null }, fitted.Refiner, fitted.ClassList, 1);
        ITransformer[] parts = [.. model.SkipLast(1), bare];
        SemanticSegmentationEvaluationOptions options = new() { BoundaryIoU = true };
        RefinementReport expected = scene.Catalog.EvaluateRefinement(model, scene.Data, options: options);
        RefinementReport actual = scene.Catalog.EvaluateRefinement(new TransformerChain<ITransformer>(parts), scene.Data, options: options);
        Assert.Equal(expected.RefinerOnly.Selected.MeanIoU, actual.RefinerOnly.Selected.MeanIoU);
        Assert.Equal(expected.Ensembled.Full.MeanBoundaryIoU, actual.Ensembled.Full.MeanBoundaryIoU);
        Assert.Equal(expected.ExtractMultiplyAdds, actual.ExtractMultiplyAdds);
        Assert.Equal(expected.ClassNames, actual.ClassNames);
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
