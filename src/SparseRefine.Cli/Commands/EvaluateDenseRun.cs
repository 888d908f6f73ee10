using Microsoft.ML;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Commands;

/// <summary><c>evaluate --dense</c>: a dense model by itself, without selector and refiner. One photo is in memory at a time.</summary>
internal sealed class EvaluateDenseRun
{
    private StageTimes _times;
    private double? _work = 0;

    /// <summary>The ONNX file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>How it sees photos.</summary>
    public required DenseModelOptions Model { get; init; }

    /// <summary>File of the classes' names; null: their numbers.</summary>
    public string? ClassesPath { get; init; }

    /// <summary>How labels are read.</summary>
    public required LabelReading Labels { get; init; }

    /// <summary>Whose log is told about photos.</summary>
    public required MLContext Context { get; init; }

    /// <summary>Larger photos are refused.</summary>
    public required long MaxPixels { get; init; }

    /// <summary>Scores the photos and compares.</summary>
    /// <param name="photos">Photos with labels.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidInputException">A bad model, photo or label map, named.</exception>
    public DenseReport Execute(IEnumerable<LabelledPhoto> photos)
    {
        ClassList? classes = ClassesPath is null ? null : ClassList.Load(ClassesPath);
        using SegmentationModel model = SegmentationModel.FromOnnx(
            ModelPath, Model, options: new SegmentationModelOptions { Context = Context, Threads = Model.IntraOpNumThreads, MaxPixels = MaxPixels });
        CheckClasses(model, classes);
        classes ??= ModelConfig.ClassesBeside(ModelPath, model.Dense!.Classes);
        MLContext context = new(seed: 1);
        SemanticSegmentationMetrics metrics = context.SemanticSegmentation.Evaluate(
            context.Data.LoadFromEnumerable(Pairs(model, classes, photos)),
            options: new SemanticSegmentationEvaluationOptions { ClassList = classes, Classes = model.Dense!.Classes });
        StageTimes mean = _times / metrics.Images;
        return new DenseReport(metrics, mean.Decode, mean.Dense, _work / metrics.Images);
    }

    private IEnumerable<LabelPair> Pairs(SegmentationModel model, ClassList? classes, IEnumerable<LabelledPhoto> photos)
    {
        foreach (LabelledPhoto photo in photos)
        {
            using SegmentationResult result = model.Predict(photo.ImagePath);
            CheckClasses(model, classes);
            _times += result.Times;
            _work += model.Dense!.MultiplyAdds(result.Labels.Height, result.Labels.Width);
            yield return new LabelPair { Label = photo.ReadLabels(Labels with { Classes = classes?.Count ?? model.Dense.Classes }), PredictedLabel = result.Labels };
        }
    }

    // A graph that leaves the number open tells it after the first photo.
    private void CheckClasses(SegmentationModel model, ClassList? classes)
    {
        if (classes is not null && model.Dense!.Classes is int found && found != classes.Count)
        {
            throw new InvalidInputException(ModelPath, $"scores of {classes.Count} classes as in {ClassesPath} (--classes)", $"{found}");
        }
    }

    private sealed class LabelPair
    {
        public LabelMap Label { get; set; } = null!;

        public LabelMap PredictedLabel { get; set; } = null!;
    }
}
