using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

/// <summary>The sparse network with the dense model's inner features, found in the graph, through a pipeline.</summary>
public sealed class DenseFeaturesTests
{
    private const int Channels = 8;

    [Fact]
    public void SaveAndLoad_Auto_KeepsTheNameThatWasFound()
    {
        using var scene = new Scene();
        using var model = scene.Inputs().Append(Dense(scene)).Append(Refinement(scene, scene.Refinement())).Fit(scene.Data);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        using SegmentationModel loaded = SegmentationModel.Load(path);

        Assert.Equal("wide", loaded.Dense!.Options.FeatureOutputName);
        Assert.Equal(Channels, loaded.Refiner!.Network.CoarseFeatures);
        Assert.Equal(
            model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels),
            scene.Catalog.Load(path, out _).Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels));
    }

    [Fact]
    public void Fit_StageByStage_TheExtractorReadsThem()
    {
        using var scene = new Scene();
        RefinerTrainerOptions training = scene.Refinement();
        using var model = scene.Inputs().Append(Dense(scene))
            .Append(scene.Catalog.SelectPixels("Selected", "Logits", "Image", "fraction:0.3"))
            .Append(scene.Catalog.Trainers.SparseExtraction(new SparseExtractionTrainer.Options(training)))
            .Append(scene.Catalog.Trainers.GatedEnsembling(new GatedEnsemblingTrainer.Options(training)))
            .Fit(scene.Data);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        ITransformer loaded = scene.Catalog.Load(path, out _);
        using var owned = (IDisposable)loaded;

        SparseExtractionTransformer extractor = ((IEnumerable<ITransformer>)loaded).OfType<SparseExtractionTransformer>().Single();
        Assert.Equal(Channels, extractor.Network.CoarseFeatures);
        Assert.Equal(
            model.Transform(scene.Data).GetColumn<SparseLogits>("SparseLogits").Select(logits => logits.Values),
            loaded.Transform(scene.Data).GetColumn<SparseLogits>("SparseLogits").Select(logits => logits.Values));
    }

    [Fact]
    public void Fit_WarmStart_WithoutFeaturesBeginsAsItsAnswerAndWithThemGoesOn()
    {
        using var scene = new Scene();
        SparseRefinementTrainer.Options still = scene.Refinement() with { Epochs = 1, LearningRate = 1e-30, WeightDecay = 0 };
        using var plain = scene.Inputs().Append(Dense(scene, features: null)).Append(Refinement(scene, scene.Refinement())).Fit(scene.Data);
        using var first = scene.Inputs().Append(Dense(scene))
            .Append(Refinement(scene, still with { WarmStart = plain.LastTransformer.Refiner })).Fit(scene.Data);
        using var second = scene.Inputs().Append(Dense(scene))
            .Append(Refinement(scene, still with { WarmStart = first.LastTransformer.Refiner })).Fit(scene.Data);

        Assert.Equal(Channels, first.LastTransformer.Refiner.Network.CoarseFeatures);
        Assert.All(
            Values(first).Zip(Values(second)), pair => Assert.Equal(pair.First, pair.Second, 1e-12f));
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => scene.Inputs().Append(Dense(scene, features: null))
            .Append(Refinement(scene, still with { WarmStart = second.LastTransformer.Refiner })).Fit(scene.Data));
        Assert.Equal(
            "warm start: expected 8 inner features of the dense model (--dense-features), which its refiner reads, got none", error.Message);
    }

    [Theory]
    [InlineData("wide", null)]
    [InlineData("narrow", "8 and 3")]
    [InlineData(null, "8 and 0")]
    public void Fit_TwoDenseModels_NeedAsManyFeatures(string? second, string? got)
    {
        using var scene = new Scene();
        var chain = scene.Inputs().Append(Dense(scene)).Append(Dense(scene, second, "Second")).Append(Refinement(
            scene, scene.Refinement() with { FurtherLogitsColumnNames = ["Second"] }));
        if (got is null)
        {
            using var model = chain.Fit(scene.Data);
            Assert.Equal(Channels, model.LastTransformer.Refiner.Network.CoarseFeatures);
            return;
        }

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => chain.Fit(scene.Data));

        Assert.Equal($"dense features: expected as many channels from every dense model, as one refiner shall serve them all, got {got}", error.Message);
    }

    private static IEnumerable<float> Values(TransformerChain<SparseRefinementTransformer> model) =>
        model.LastTransformer.Refiner.Network.Parameters.Where(p => p.IsTrained).SelectMany(p => p.Value);

    private static SparseRefinementTrainer Refinement(Scene scene, SparseRefinementTrainer.Options options) =>
        scene.Catalog.Trainers.SparseRefinement(options with { Selector = PixelSelector.Parse("fraction:0.25") });

    private static DenseSegmentationEstimator Dense(Scene scene, string? features = DenseModelOptions.AutoFeatures, string output = "Logits") =>
        scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            OutputColumnName = output,
            ModelBytes = new OnnxModelBuilder()
                .Input("image", OnnxModelBuilder.Float, -1, 3, -1, -1)
                .Weights("first", [.. Enumerable.Range(0, Channels * 3).Select(i => ((i * 5) % 7) - 3f)], Channels, 3, 1, 1)
                .Weights("last", [.. Enumerable.Range(0, 3 * Channels).Select(i => ((i * 3) % 5) - 2f)], 3, Channels, 1, 1)
                .Node("Abs", ["image"], ["narrow"])
                .Node("Conv", ["narrow", "first"], ["linear"])
                .Node("Relu", ["linear"], ["wide"])
                .Node("Conv", ["wide", "last"], ["scores"])
                .Output("scores", OnnxModelBuilder.Float, -1, 3, -1, -1)
                .Build(),
            Scale = 0.5,
            SizeMultiple = 1,
            Mean = [0, 0, 0],
            Std = [64, 64, 64],
            IntraOpNumThreads = 1,
            FeatureOutputName = features,
        });
}
