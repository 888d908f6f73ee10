using Microsoft.ML;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>One run of <c>train-dense</c>: checks everything that can be checked before training, trains, writes the best epoch.</summary>
/// <param name="console">Where it prints.</param>
internal sealed class TrainDenseRun(IAnsiConsole console)
{
    /// <summary>Photos, classes, folder of the checkpoint.</summary>
    public required TrainingInputs Inputs { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Workspace of the training to start from; null starts anew.</summary>
    public string? WarmStart { get; init; }

    /// <summary>The weights that a ResNet-18 starts from; null: those beside the tool.</summary>
    public string? BackboneFile { get; init; }

    /// <summary>What the network sees of a photo.</summary>
    public required (int Height, int Width) Size { get; init; }

    /// <summary>Shape of the network, and how to train it.</summary>
    public required DenseTrainerOptions Training { get; init; }

    /// <summary>Does it all.</summary>
    /// <param name="cancellation">Ends training; the best epoch so far is written.</param>
    /// <returns>An exit code.</returns>
    public int Execute(CancellationToken cancellation) => TrainingEnding.Run(console, Inputs.Workspace, () => Train(cancellation));

    private int Train(CancellationToken cancellation)
    {
        OutputFile.CheckFile(Output, "--out", Inputs.ClassesPath);
        ClassList classes = Inputs.ReadClasses(Training);
        (IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> validation, LabelMapping? mapping) =
            Inputs.Photos.Read(console, classes, Training.Seed, cancellation);
        console.WriteLine(RuntimeLine.Text);
        console.WriteLine(
            $"training on {training.Count} photos, validating on {validation.Count}, {classes.Count} classes, {Size.Height}x{Size.Width}, " +
            $"backbone {Training.Backbone}, {(Training.Backbone == BackboneKind.ResNet18 ? string.Empty : $"channels {string.Join(',', Training.Channels)}, ")}" +
            $"output stride {Training.OutputStride}, seed {Training.Seed}");
        MLContext context = new(Training.Seed);
        Resumption.Tell(console, context);
        TrainingHistory? history = null;
        using DenseSegmentationTransformer model = Steps.Run(console, "training", 1, steps =>
            context.SemanticSegmentation.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options(Training)
            {
                ClassList = classes,
                Height = Size.Height,
                Width = Size.Width,
                ValidationSet = Rows(context, validation, classes, mapping),
                WorkspacePath = Inputs.Workspace,
                WarmStartWorkspacePath = WarmStart,
                BackboneFile = BackboneFile,
                CancellationToken = cancellation,
                MetricsCallback = report => steps.Line(Line(report)),
                StepCallback = new ForecastLine(steps, Training.Patience).Step,
                EndCallback = end => history = end,
            }).Fit(Rows(context, training, classes, mapping)));
        AtomicFile.Write(Output, model.ModelBytes);
        Tell(history!, classes, model);
        return TrainingEnding.Tell(console, history!, Inputs.Workspace, [Output]);
    }

    private IDataView Rows(MLContext context, IReadOnlyList<LabelledPhoto> photos, ClassList classes, LabelMapping? mapping)
    {
        IDataView rows = context.Data.LoadFromEnumerable(photos);
        return context.SemanticSegmentation.LoadPhotos("Image", null, nameof(LabelledPhoto.ImagePath))
            .Append(context.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(LabelledPhoto.LabelPath),
                ClassList = classes,
                Mapping = mapping,
                IgnoreIndex = Training.IgnoreIndex,
            }))
            .Fit(rows)
            .Transform(rows);
    }

    private void Tell(TrainingHistory history, ClassList classes, DenseSegmentationTransformer model)
    {
        EpochReport best = history.Epochs[history.BestEpoch - 1];
        ConfusionMatrix scores = best.Scores;
        console.WriteLine("validation IoU: " + string.Join(", ", classes.Names.Zip(
            scores.PerClassIoU, (name, score) => $"{name} {ReportTable.ClassScore(score)}")));
        long? work = model.Model.MultiplyAdds(Size.Height, Size.Width);
        console.WriteLine(FormattableString.Invariant(
            $"{Output}: {model.ModelBytes.Length / 1e6:0.0} MB, {(work is long count ? $"{count / 1e9:0.00} G" : "unknown")} multiply-adds at {Size.Height}x{Size.Width}"));
    }

    private static string Line(EpochReport report) => FormattableString.Invariant(
        $"epoch {report.Epoch}/{report.Epochs}: loss {report.Loss:0.0000}, validation mIoU {report.Scores.MeanIoU:0.0000}, pixel accuracy {report.Scores.PixelAccuracy:0.0000}, {report.Elapsed.TotalSeconds:0.0} s{(report.IsBest ? ", best" : string.Empty)}");
}
