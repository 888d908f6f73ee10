using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public sealed class TwoColumnTests
{
    [Theory]
    [InlineData(RefinerMethod.TwoColumn, "learned:0.3:8", false)]
    [InlineData(RefinerMethod.TwoColumn, "learned:0.3:8", true)]
    [InlineData(RefinerMethod.TwoColumn, "fraction:0.25", true)]
    [InlineData(RefinerMethod.SparseRefine, "learned:0.3:8", true)]
    [InlineData(RefinerMethod.SparseRefine, "fraction:0.25", true)]
    public void SaveAndLoad_AnyCombination_SameAnswersAndReport(RefinerMethod method, string selector, bool hasFeatures)
    {
        using var scene = new Scene();
        using TransformerChain<SparseRefinementTransformer> model = Fit(scene, method, selector, hasFeatures);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(path, out _);
        using var owned = (IDisposable)loaded;

        IDataView expected = model.Transform(scene.Data);
        IDataView actual = loaded.Transform(scene.Data);
        Assert.Equal(Labels(expected), Labels(actual));
        Assert.Equal(Scores(expected), Scores(actual));
        RefinementReport report = scene.Catalog.EvaluateRefinement(loaded, scene.Data);
        Assert.True(report.ExtractMultiplyAdds > 0);
        Assert.Equal(3, report.Images);
        SparseRefiner refiner = ((IEnumerable<ITransformer>)loaded).OfType<SparseRefinementTransformer>().Single().Refiner;
        Assert.Equal(method == RefinerMethod.TwoColumn, refiner.Network is FineColumn);
        Assert.Equal(selector, refiner.Selector.Describe());
        Assert.Equal(hasFeatures ? 3 : 0, refiner.Network.CoarseFeatures);
    }

    [Fact]
    public void SelectPixels_LearnedSelectorOfAFit_IsSavedWithItsWeights()
    {
        using var scene = new Scene();
        using TransformerChain<SparseRefinementTransformer> model = Fit(scene, RefinerMethod.TwoColumn, "learned:0.3:8", false);
        ITransformer stage = scene.Catalog.SelectPixels(new PixelSelectionEstimator.Options
        {
            OutputColumnName = "Again",
            Selector = model.LastTransformer.Refiner.Selector,
        }).Fit(model.Transform(scene.Data));
        var both = model.Append(stage);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(both, scene.Data.Schema, path);
        ITransformer loaded = scene.Catalog.Load(path, out _);
        using var owned = (IDisposable)loaded;

        IDataView scored = loaded.Transform(scene.Data);

        PixelSelection[] first = [.. scored.GetColumn<PixelSelection>("Selected")];
        PixelSelection[] again = [.. scored.GetColumn<PixelSelection>("Again")];
        Assert.Equal(first.Select(s => s.Sites.Indices), again.Select(s => s.Sites.Indices));
        Assert.Equal(first.Select(s => s.Activation!.Values), again.Select(s => s.Activation!.Values));
    }

    [Fact]
    public void SelectPixels_LearnedSelectorWithoutWeights_SaysSo()
    {
        using var scene = new Scene();

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => scene.Catalog.SelectPixels("Selected", "Logits", "Image", "learned:0.1"));

        Assert.Contains("expected a learned selector with weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoColumn_OptionsOfTheOtherMethod_TrainsAFineColumn()
    {
        using var scene = new Scene();
        using var model = scene.Inputs().Append(scene.Dense())
            .Append(scene.Catalog.Trainers.TwoColumn(scene.Refinement() with { Epochs = 1 })).Fit(scene.Data);
        Assert.IsType<FineColumn>(model.LastTransformer.Refiner.Network);
    }

    private static TransformerChain<SparseRefinementTransformer> Fit(
        Scene scene, RefinerMethod method, string selector, bool hasFeatures) => scene.Inputs()
        .Append(scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            ModelBytes = WithInner(),
            Scale = 0.5,
            SizeMultiple = 1,
            Mean = [0, 0, 0],
            Std = [64, 64, 64],
            IntraOpNumThreads = 1,
            FeatureOutputName = hasFeatures ? "inner" : null,
        }))
        .Append(scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement() with { Method = method })
        {
            Selector = PixelSelector.Parse(selector),
        }))
        .Fit(scene.Data);

    private static byte[] WithInner() => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, -1, 3, -1, -1)
        .Node("Abs", ["image"], ["inner"])
        .Node("Neg", ["inner"], ["negative"])
        .Node("Neg", ["negative"], ["scores"])
        .Output("scores", OnnxModelBuilder.Float, -1, 3, -1, -1)
        .Build();

    private static byte[][] Labels(IDataView data) => [.. data.GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels)];

    private static float[][] Scores(IDataView data) => [.. data.GetColumn<SparseLogits>("SparseLogits").Select(map => map.Values)];
}
