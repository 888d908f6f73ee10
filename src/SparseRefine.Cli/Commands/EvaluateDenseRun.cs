using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.Cli.Commands;

/// <summary><c>evaluate --dense</c>: a dense model by itself, without selector and refiner, beside labels, a teacher's answer or both. One photo is in memory at a time.</summary>
internal sealed class EvaluateDenseRun
{
    private StageTimes _times;
    private double? _work = 0;
    private int _images;
    private ConfusionMatrix? _taught;
    private ConfusionMatrix? _teacher;
    private double _teaching;

    /// <summary>The ONNX file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>How it sees photos.</summary>
    public required DenseModelOptions Model { get; init; }

    /// <summary>File of the classes' names; null: their numbers.</summary>
    public string? ClassesPath { get; init; }

    /// <summary>How labels are read.</summary>
    public required LabelReading Labels { get; init; }

    /// <summary>Opens the teacher of a model; gives null where there is none.</summary>
    public required Func<SegmentationModel, DenseModel?> OpenTeacher { get; init; }

    /// <summary>Whether some of the photos have labels.</summary>
    public required bool HasLabels { get; init; }

    /// <summary>Matters of the machine.</summary>
    public required SegmentationModelOptions Machine { get; init; }

    /// <summary>Scores the photos and compares.</summary>
    /// <param name="photos">Photos, which beside a teacher may be without labels.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidInputException">A bad model, photo or label map, named.</exception>
    public DenseReport Execute(IEnumerable<LabelledPhoto> photos)
    {
        ClassList? classes = ClassesPath is null ? null : ClassList.Load(ClassesPath);
        using SegmentationModel model = SegmentationModel.FromOnnx(ModelPath, Model, options: Machine);
        CheckClasses(model, classes);
        using DenseModel? teacher = OpenTeacher(model);
        classes ??= ModelConfig.ClassesBeside(ModelPath, model.Dense!.Classes);
        IEnumerable<LabelPair> pairs = Pairs(model, teacher, classes, photos);
        SemanticSegmentationMetrics? metrics = null;
        if (HasLabels)
        {
            MLContext context = new(seed: 1);
            metrics = context.SemanticSegmentation.Evaluate(
                context.Data.LoadFromEnumerable(pairs),
                options: new SemanticSegmentationEvaluationOptions { ClassList = classes, Classes = model.Dense!.Classes });
        }
        else
        {
            _ = pairs.Count();
        }

        StageTimes mean = _times / _images;
        return new DenseReport(
            _images,
            metrics?.ClassNames ?? classes?.Names ?? [.. Enumerable.Range(0, _taught!.Classes).Select(c => $"{c}")],
            metrics,
            mean.Decode,
            mean.Dense,
            _work / _images,
            teacher is null ? null : new DenseAgreement(_taught!, _teacher!, _teaching / _images));
    }

    private IEnumerable<LabelPair> Pairs(SegmentationModel model, DenseModel? teacher, ClassList? classes, IEnumerable<LabelledPhoto> photos)
    {
        foreach (LabelledPhoto photo in photos)
        {
            using SegmentationResult result = model.Predict(photo.ImagePath);
            CheckClasses(model, classes);
            _images++;
            _times += result.Times;
            _work += model.Dense!.MultiplyAdds(result.Labels.Height, result.Labels.Width);
            LabelMap? truth = teacher is not null && photo.LabelPath.Length == 0 ? null : photo.ReadLabels(Labels with { Classes = classes?.Count ?? model.Dense.Classes });
            if (teacher is not null)
            {
                Ask(teacher, photo, result.Labels, model.Dense.Classes!.Value, truth);
            }

            if (truth is not null)
            {
                yield return new LabelPair { Label = truth, PredictedLabel = result.Labels, LabelPath = photo.LabelPath };
            }
        }
    }

    private void Ask(DenseModel teacher, LabelledPhoto photo, LabelMap labels, int classes, LabelMap? truth)
    {
        using MLImage image = PhotoReader.Read(photo.ImagePath, Machine.MaxPixels);
        long start = Stopwatch.GetTimestamp();
        LogitMap logits = teacher.Run(image.AsView());
        LabelMap answer = logits.ToLabels(image.Height, image.Width, workers: new Workers(Model.IntraOpNumThreads));
        _teaching += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (logits.Classes != classes)
        {
            throw new InvalidInputException(teacher.Name, $"a teacher of {classes} classes", $"{logits.Classes}");
        }

        // A teacher ignores nothing, not even where a class has the index of what is not labelled.
        (_taught ??= new ConfusionMatrix(classes)).Add(answer, labels, byte.MaxValue);
        _teacher ??= new ConfusionMatrix(classes);
        if (truth is not null)
        {
            _teacher.Add(truth, answer, Labels.IgnoreIndex);
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

        public string LabelPath { get; set; } = "";
    }
}
