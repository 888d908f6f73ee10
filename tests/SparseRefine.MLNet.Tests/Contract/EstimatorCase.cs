using Microsoft.ML;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>One of our estimators: how to make it for an output column, which columns scoring needs and which only fitting needs.</summary>
internal sealed record EstimatorCase(
    string Name, Func<Scene, string, IEstimator<ITransformer>> Make, string[] Needs, string[] FitNeeds, Type Answer)
{
    /// <summary>Every estimator that the catalogs offer. A new one is added here.</summary>
    public static IReadOnlyList<EstimatorCase> All { get; } =
    [
        new("LoadPhotos", (scene, output) => scene.Catalog.LoadPhotos(output, null, "ImagePath"), ["ImagePath"], [], typeof(ImageAnswer)),
        new("LoadLabelMaps", (scene, output) => scene.Catalog.LoadLabelMaps(
            new LabelMapLoadingEstimator.Options { OutputColumnName = output, PathColumnName = "LabelPath", ClassList = Scene.Classes() }),
            ["LabelPath"], [], typeof(LabelAnswer)),
        new("DenseModel", (scene, output) => Dense(scene, output, 1), ["Image"], [], typeof(LogitAnswer)),
        new("DenseModel in batches", (scene, output) => Dense(scene, output, 2), ["Image"], [], typeof(LogitAnswer)),
        new("VectorToLogits", (scene, output) => scene.Catalog.ConvertToLogits(output, "Scores", 3),
            ["Scores"], [], typeof(LogitAnswer)),
        new("SelectPixels", (scene, output) => scene.Catalog.SelectPixels(output, "Logits", "Image", "pixels:200"),
            ["Logits", "Image"], [], typeof(SelectionAnswer)),
        new("SparseExtractor", (scene, output) => scene.Catalog.Trainers.SparseExtraction(
            new SparseExtractionTrainer.Options(scene.Refinement()) { OutputColumnName = output }),
            ["Image", "Logits", "Selected"], ["Label"], typeof(SparseAnswer)),
        new("Ensemble", (scene, output) => scene.Catalog.EnsembleScores(output, "Logits", "Selected", "SparseLogits"),
            ["Logits", "Selected", "SparseLogits"], [], typeof(LabelAnswer)),
        new("GatedEnsembler", (scene, output) => scene.Catalog.Trainers.GatedEnsembling(
            new GatedEnsemblingTrainer.Options(scene.Refinement()) { OutputColumnName = output }),
            ["Logits", "Selected", "SparseLogits"], ["Label"], typeof(LabelAnswer)),
        new("SparseRefine", (scene, output) => scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement())
        {
            OutputColumnName = output,
            SelectedColumnName = null,
            SparseLogitsColumnName = null,
            Selector = PixelSelector.Parse("fraction:0.2"),
            ClassList = Scene.Classes(),
        }), ["Image", "Logits"], ["Label"], typeof(LabelAnswer)),
        new("TwoColumn", (scene, output) => scene.Catalog.Trainers.TwoColumn(new SparseRefinementTrainer.Options(scene.Refinement() with { Method = RefinerMethod.TwoColumn })
        {
            OutputColumnName = output,
            SelectedColumnName = null,
            SparseLogitsColumnName = null,
            Selector = PixelSelector.Parse("learned:0.3:8"),
            ClassList = Scene.Classes(),
        }), ["Image", "Logits"], ["Label"], typeof(LabelAnswer)),
        new("FeatureRefinement", (scene, output) => scene.Catalog.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options
        {
            OutputColumnName = output,
            PredictedLabelColumnName = null,
            ClassList = Scene.Classes(),
            Height = 32,
            Width = 32,
            Channels = [8, 8, 8, 8],
            Blocks = [0, 0, 0, 0],
            DecoderChannels = 8,
            Epochs = 1,
            BatchSize = 2,
            CropHeight = 32,
            CropWidth = 32,
            Threads = 1,
        }), ["Image"], ["Label"], typeof(LogitAnswer)),
        new("LabelMapToVector", (scene, output) => scene.Catalog.ConvertToVector(output, "Label"),
            ["Label"], [], typeof(VectorAnswer)),
        new("LabelMapToShares", (scene, output) => scene.Catalog.ConvertToShares(
            new LabelMapToSharesEstimator.Options { OutputColumnName = output, InputColumnName = "Label", Classes = 3 }), ["Label"], [], typeof(ShareAnswer)),
        new("LabelMapToImage", (scene, output) => scene.Catalog.PaintLabelMaps(output, "Label"),
            ["Label"], [], typeof(ImageAnswer)),
        new("Overlay", (scene, output) => scene.Catalog.OverlayLabelMaps(output, "Label", "Image"),
            ["Label", "Image"], [], typeof(ImageAnswer)),
    ];

    public static EstimatorCase Of(string name) => All.Single(known => known.Name == name);

    private static DenseSegmentationEstimator Dense(Scene scene, string output, int batchSize) => scene.Catalog.ApplyDenseModel(
        new DenseSegmentationEstimator.Options
        {
            OutputColumnName = output,
            ModelBytes = OnnxModelBuilder.Identity(),
            BatchSize = batchSize,
            ClassList = Scene.Classes(),
            Scale = 0.5,
            SizeMultiple = 1,
            IntraOpNumThreads = 1,
        });
}
