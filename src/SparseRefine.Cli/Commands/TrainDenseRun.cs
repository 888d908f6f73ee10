using Microsoft.ML;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>One run of <c>train-dense</c>: checks everything that can be checked before training, trains, writes the best epoch.</summary>
/// <param name="console">Where it prints.</param>
internal sealed class TrainDenseRun(IAnsiConsole console)
{
    /// <summary>The pictures.</summary>
    public required LabelledFolders Photos { get; init; }

    /// <summary>The classes file.</summary>
    public required string ClassesPath { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Folder of the checkpoint; null: none.</summary>
    public string? Workspace { get; init; }

    /// <summary>What the network sees of a picture.</summary>
    public required (int Height, int Width) Size { get; init; }

    /// <summary>Shape of the network.</summary>
    public required FeatureRefinementOptions Network { get; init; }

    /// <summary>How to train.</summary>
    public required RefinerTrainerOptions Training { get; init; }

    /// <summary>Weight of the contrastive term.</summary>
    public required double ContrastWeight { get; init; }

    /// <summary>Does it all.</summary>
    /// <param name="cancellation">Ends training; the best epoch so far is written.</param>
    /// <returns>An exit code.</returns>
    public int Execute(CancellationToken cancellation)
    {
        OutputFile.CheckFile(Output, "--out");
        if (Workspace is not null)
        {
            OutputFile.CheckFolder(Workspace, "--workspace");
        }

        ClassList classes = ClassList.Load(ClassesPath);
        if (Training.ClassWeights is { } weights && weights.Count != classes.Count)
        {
            throw new InvalidInputException(
                $"--class-weights: expected {classes.Count} values, one a class of {ClassesPath}, got {weights.Count}");
        }

        (IReadOnlyList<PhotoRow> training, IReadOnlyList<PhotoRow> validation) = Photos.Read(console, Training.Seed);
        console.WriteLine(RuntimeLine.Text);
        console.WriteLine(
            $"training on {training.Count} pictures, validating on {validation.Count}, {classes.Count} classes, {Size.Height}x{Size.Width}, " +
            $"backbone {Network.Backbone}, channels {string.Join(',', Network.Channels)}, seed {Training.Seed}");
        MLContext context = new(Training.Seed);
        TrainingHistory? history = null;
        using DenseModelTransformer model = Steps.Run(console, "training", Training.Epochs, steps =>
            context.SemanticSegmentation.Trainers.FeatureRefinement(new FeatureRefinementTrainingOptions
            {
                ClassList = classes,
                Height = Size.Height,
                Width = Size.Width,
                Network = Network,
                Training = Training,
                ContrastWeight = ContrastWeight,
                ValidationSet = Rows(context, validation, classes.Count),
                WorkspacePath = Workspace,
                CancellationToken = cancellation,
                MetricsCallback = report => steps.Line(Line(report)),
                StepCallback = step => steps.Advance(1.0 / step.Steps),
                EndCallback = end => history = end,
            }).Fit(Rows(context, training, classes.Count)));
        OutputFile.Write(Output, path => File.WriteAllBytes(path, model.ModelBytes));
        Tell(history!, classes, model);
        return ExitCodes.Success;
    }

    private IDataView Rows(MLContext context, IReadOnlyList<PhotoRow> photos, int classes)
    {
        IDataView rows = context.Data.LoadFromEnumerable(photos);
        return context.Transforms.LoadImages("Image", null, nameof(PhotoRow.ImagePath))
            .Append(context.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingOptions
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(PhotoRow.LabelPath),
                Classes = classes,
                IgnoreIndex = Training.IgnoreIndex,
            }))
            .Fit(rows)
            .Transform(rows);
    }

    private void Tell(TrainingHistory history, ClassList classes, DenseModelTransformer model)
    {
        EpochReport best = history.Epochs[history.BestEpoch - 1];
        ConfusionMatrix scores = best.Validation.Ensembled.Full;
        double[] each = scores.PerClassIoU;

        // A class that no label names has no score, whatever the network says of it.
        bool IsAbsent(int c) => Enumerable.Range(0, classes.Count).All(p => scores[c, p] == 0);
        console.WriteLine("validation IoU: " + string.Join(", ", classes.Names.Select((name, c) =>
            $"{name} {(IsAbsent(c) ? "absent" : ReportTable.Number(each[c]))}")));
        string ending = history.End switch
        {
            TrainingEnd.Cancelled when Workspace is not null => $"cancelled, the same command goes on from {Workspace}; ",
            TrainingEnd.Cancelled => "cancelled; ",
            TrainingEnd.StoppedEarly => "stopped early; ",
            TrainingEnd.Diverged => $"{history.Failure}; ",
            _ => string.Empty,
        };
        console.WriteLine(
            $"{ending}kept the best epoch so far, {best.Epoch} of {best.Epochs} (validation mIoU {ReportTable.Number(scores.MeanIoU)})");
        long? work = model.Model.MultiplyAdds(Size.Height, Size.Width);
        console.WriteLine(FormattableString.Invariant(
            $"{Output}: {model.ModelBytes.Length / 1e6:0.0} MB, {(work is long count ? $"{count / 1e9:0.00} G" : "unknown")} multiply-adds at {Size.Height}x{Size.Width}"));
    }

    private static string Line(EpochReport report) => FormattableString.Invariant(
        $"epoch {report.Epoch}/{report.Epochs}: loss {report.Loss:0.0000}, validation mIoU {report.Validation.Ensembled.Full.MeanIoU:0.0000}, pixel accuracy {report.Validation.Ensembled.Full.PixelAccuracy:0.0000}, {report.Elapsed.TotalSeconds:0.0} s{(report.IsBest ? ", best" : string.Empty)}");
}
