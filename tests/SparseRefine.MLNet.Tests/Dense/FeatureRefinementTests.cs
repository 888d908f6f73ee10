using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public sealed class FeatureRefinementTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Fit_PhotosAndLabels_GivesLogitsAndLabelsThatSurviveSaveAndLoad()
    {
        IDataView data = _scene.Inputs().Fit(_scene.Data).Transform(_scene.Data);
        FeatureRefinementTrainer estimator = _scene.Catalog.Trainers.FeatureRefinement(Options());
        using DenseSegmentationTransformer fitted = estimator.Fit(data);
        SchemaShape promised = estimator.GetOutputSchema(Shapes.Of(data.Schema));
        IDataView scored = fitted.Transform(data);

        foreach (string column in (string[])["Logits", "PredictedLabel"])
        {
            Assert.Contains(promised, c => c.Name == column && c.ItemType.GetType() == scored.Schema[column].Type.GetType());
        }

        string path = _scene.PathOf("dense.sparserefine");
        _scene.Catalog.Save(fitted, data.Schema, path);
        ITransformer loaded = _scene.Catalog.Load(path, out _);
        (LogitMap[] logits, LabelMap[] labels) = Read(scored);
        (LogitMap[] again, LabelMap[] labelsAgain) = Read(loaded.Transform(data));
        ((IDisposable)loaded).Dispose();

        Assert.Equal(3, logits.Length);
        for (int i = 0; i < logits.Length; i++)
        {
            Assert.Equal((3, 8, 8), (logits[i].Classes, logits[i].Height, logits[i].Width));
            Assert.Equal((Scene.Height, Scene.Width), (labels[i].Height, labels[i].Width));
            Assert.Equal(logits[i].Values, again[i].Values);
            Assert.Equal(labels[i].Labels, labelsAgain[i].Labels);
        }
    }

    [Fact]
    public void Fit_FrozenResNet_StartsFromThePackagesWeightsAndExportsThemAsTheyAre()
    {
        IDataView data = _scene.Inputs().Fit(_scene.Data).Transform(_scene.Data);
        using DenseSegmentationTransformer fitted = _scene.Catalog.Trainers
            .FeatureRefinement(Options() with { Backbone = BackboneKind.ResNet18, Epochs = 1, FreezeEpochs = 1 })
            .Fit(data);
        FeatureRefinementNetwork untrained = new(new FeatureRefinementOptions(3) { Backbone = BackboneKind.ResNet18, DecoderChannels = 8 }, seed: 1);
        ResNet18File.Fill(ResNet18File.Find(), (ResNetBackbone)untrained.Backbone);

        foreach (string weights in (string[])["stem.weight", "stage2.1.shortcut.weight", "stage4.3.2.weight", "stage4.3.2.bias"])
        {
            Assert.Equal(Tensor(FeatureRefinementExport.ToOnnx(untrained), weights), Tensor(fitted.ModelBytes, weights));
        }

        Assert.NotEqual(Tensor(FeatureRefinementExport.ToOnnx(untrained), "decoder.classifier.weight"), Tensor(fitted.ModelBytes, "decoder.classifier.weight"));

        static byte[] Tensor(byte[] model, string name) =>
            OnnxFile.Parse(model, "model").Model.Graph.Initializer.Single(tensor => tensor.Name == name).RawData.ToByteArray();
    }

    [Fact]
    public void Fit_CancelledAfterAnEpoch_KeepsItAndTellsSo()
    {
        using var stop = new CancellationTokenSource();
        TrainingHistory? history = null;
        IDataView data = _scene.Inputs().Fit(_scene.Data).Transform(_scene.Data);
        using DenseSegmentationTransformer fitted = _scene.Catalog.Trainers
            .FeatureRefinement(Options(stop, end => history = end))
            .Fit(data);

        Assert.Equal(TrainingEnd.Cancelled, history!.End);
        Assert.Equal(1, history.BestEpoch);
    }

    [Fact]
    public void FeatureRefinement_NoNumberOfClasses_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => _scene.Catalog.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options()));

        Assert.Contains("Classes, ClassList: expected one of them, got none", error.Message);
    }

    [Fact]
    public void Fit_LabelsThatAreNoClass_NamesThePhoto()
    {
        IDataView data = _scene.Inputs().Fit(_scene.Data).Transform(_scene.Data);

        var error = Assert.Throws<InvalidInputException>(() => _scene.Catalog.Trainers.FeatureRefinement(2, height: 32, width: 32).Fit(data));

        Assert.Contains("photo0.png: expected class ids 0 to 1 or 255, got 2", error.Message);
    }

    private static FeatureRefinementTrainer.Options Options(CancellationTokenSource? stop = null, Action<TrainingHistory>? end = null) => new()
    {
        ClassList = Scene.Classes(),
        Height = 32,
        Width = 32,
        Channels = [8, 8, 8, 8],
        Blocks = [0, 0, 0, 0],
        DecoderChannels = 8,
        Epochs = 2,
        BatchSize = 2,
        CropHeight = 32,
        CropWidth = 32,
        Threads = 1,
        CancellationToken = stop?.Token ?? default,
        MetricsCallback = _ => stop?.Cancel(),
        EndCallback = end,
    };

    private static (LogitMap[] Logits, LabelMap[] Labels) Read(IDataView data) => (
        [.. data.GetColumn<LogitMap>("Logits")], [.. data.GetColumn<LabelMap>("PredictedLabel")]);
}
