using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests;

/// <summary>Runs the README's examples and checks that they are the README's.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void FirstExample_ShippedModelAndPhoto_PaintsTheClassesOverThePhoto()
    {
        // README: first
        using var model = SegmentationModel.Load("samples/models/fundus.sparserefine");
        using SegmentationResult result = model.Predict("samples/photos/06_h.jpg");
        result.SaveOverlay("overlay.png");

        // README: first end
        using MLImage overlay = MLImage.CreateFromFile("overlay.png");
        File.Delete("overlay.png");
        Assert.Equal((2336, 3504), (overlay.Height, overlay.Width));

        // Vessels are painted red, over a photo that is darker there; all else is the photo.
        int vessel = Array.IndexOf(result.Labels.Labels, (byte)1) * 4;
        int other = Array.IndexOf(result.Labels.Labels, (byte)0) * 4;
        int red = overlay.PixelFormat == MLPixelFormat.Rgba32 ? 0 : 2;
        Assert.InRange(overlay.Pixels[vessel + red], 2 * 255 / 3, 255);
        Assert.Equal(result.Photo.AsView().Pixels[other + 1], overlay.Pixels[other + 1]);
        Assert.InRange(result.Shares[1], 0.02, 0.2);
    }

    [Fact]
    public void Example_TinyPhotos_FitsSavesAndScores()
    {
        using Scene scene = new(photos: 2);
        List<PhotoPair> pairs = scene.Pairs;
        string onnx = scene.PathOf("low.onnx");
        string file = scene.PathOf("my.sparserefine");
        File.WriteAllBytes(onnx, OnnxModelBuilder.Identity());
        DenseModelOptions small = new() { Scale = 0.5, SizeMultiple = 2 };
        SparseRefinementTrainer.Options options = scene.Refinement();

        // README: start
        MLContext ml = new(seed: 1);
        IDataView photos = ml.Data.LoadFromEnumerable(pairs); // rows with ImagePath and LabelPath
        var dense = ml.SemanticSegmentation.LoadPhotos("Image", null, "ImagePath")
            .Append(ml.SemanticSegmentation.ApplyDenseModel("Logits", "Image", onnx, small))
            .Fit(photos);
        ITransformer labels = ml.SemanticSegmentation.LoadLabelMaps("Label", null, "LabelPath").Fit(photos);
        IDataView labelled = labels.Transform(photos);
        var refiner = ml.SemanticSegmentation.Trainers.SparseRefinement(options);
        var model = dense.Append(refiner.Fit(dense.Transform(labelled)));

        RefinementReport report = ml.SemanticSegmentation.EvaluateRefinement(model, labelled);
        double before = report.Initial.Full.MeanIoU, after = report.Ensembled.Full.MeanIoU;
        ml.SemanticSegmentation.Save(model, photos.Schema, file);

        ITransformer loaded = ml.SemanticSegmentation.Load(file, out _);
        foreach (LabelMap map in loaded.Transform(photos).GetColumn<LabelMap>("PredictedLabel"))
        {
            IndexPng.Write(map, Path.ChangeExtension(file, $"{map.Width}x{map.Height}.png"));
        }

        // README: end
        IDataView ensembled = model.Transform(labelled);
        Assert.Equal(ml.SemanticSegmentation.Evaluate(ensembled).MeanIoU, after, 1e-9);
        SparseRefine.Metrics.ConfusionMatrix initial = new(3);
        foreach ((LabelMap truth, PixelSelection selection) in ensembled.GetColumn<LabelMap>("Label").Zip(ensembled.GetColumn<PixelSelection>("Selected")))
        {
            initial.Add(truth, selection.DenseLabels);
        }

        Assert.Equal(initial.MeanIoU, before, 1e-9);
        string answer = Path.ChangeExtension(file, $"{Scene.Width}x{Scene.Height}.png");
        Assert.Equal(
            model.Transform(photos).GetColumn<LabelMap>("PredictedLabel").Last().Labels, IndexPng.Read(answer).Labels);
        (loaded as IDisposable)?.Dispose();
        model.Dispose();
    }

    [Theory]
    [InlineData(1, "// README: first", "// README: first end")]
    [InlineData(2, "// README: start", "// README: end")]
    public void Readme_Example_IsTheTestsBody(int number, string start, string end)
    {
        string source = File.ReadAllText(ThisFile());
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "README.md"));
        Assert.Equal(
            Lines(source.Split(start + "\n")[1].Split(end + "\n")[0]), Lines(readme.Split("```csharp")[number].Split("```")[0]));
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
