using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>One run of <c>fit</c>: checks everything that can be checked before training, trains, saves the best epoch.</summary>
/// <param name="console">Where it prints.</param>
internal sealed class FitRun(IAnsiConsole console)
{
    private const string TeacherColumn = "Teacher";

    /// <summary>The dense model, or several that one refiner is trained for.</summary>
    public required IReadOnlyList<string> DensePaths { get; init; }

    /// <summary>Photos, classes, folder of the checkpoint.</summary>
    public required TrainingInputs Inputs { get; init; }

    /// <summary>The files to write, one for each dense model.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>A pipeline file whose refiner training starts from, or <see cref="ShippedRefiner.Name"/>; null starts anew.</summary>
    public string? WarmStart { get; init; }

    /// <summary>Which pixels to refine.</summary>
    public required SelectorChoice Selector { get; init; }

    /// <summary>How the dense model sees photos.</summary>
    public required DenseModelOptions Dense { get; init; }

    /// <summary>Whose answer is learned where labels are missing, or beside them; null: there are labels only.</summary>
    public TeacherModel? Teacher { get; init; }

    /// <summary>Folder whose <c>teacher</c> holds its answers; null: the folder of the checkpoint.</summary>
    public string? TeacherWorkspace { get; init; }

    /// <summary>Whether a refiner that does not beat the dense model on the validation photos is written all the same.</summary>
    public bool KeepsAnyway { get; init; }

    /// <summary>Whether a fit that is cancelled writes its best epoch.</summary>
    public bool WritesOnCancel { get; init; } = true;

    /// <summary>How to train.</summary>
    public required RefinerTrainerOptions Training { get; init; }

    /// <summary>Does it all.</summary>
    /// <param name="cancellation">Ends training; the best epoch so far is saved, and the checkpoint is kept.</param>
    /// <returns>An exit code.</returns>
    public int Execute(CancellationToken cancellation) => TrainingEnding.Run(console, Inputs.Workspace, () => Fit(cancellation));

    private int Fit(CancellationToken cancellation)
    {
        foreach (string output in Outputs)
        {
            OutputFile.CheckFile(output, "--out", [.. DensePaths, Teacher?.Path, WarmStart == ShippedRefiner.Name ? null : WarmStart, Inputs.ClassesPath]);
        }

        if (Outputs.Select(Path.GetFullPath).Distinct().Count() < Outputs.Count)
        {
            throw new InvalidInputException("--out", "a file for each --dense", $"one twice: {string.Join(", ", Outputs)}");
        }

        ClassList classes = Inputs.ReadClasses(Training);
        SparseRefiner? warm = WarmStart switch { null => null, ShippedRefiner.Name => ShippedRefiner.For(classes.Count), string path => Refiner(path) };
        RefinerTrainerOptions options = warm?.ShapeOf(Training) ?? Training;
        MLContext context = new(Training.Seed);
        Resumption.Tell(console, context);
        SemanticSegmentationCatalog segmentation = context.SemanticSegmentation;

        // Options that contradict each other are an error here, before a photo or a model is read.
        OptionValues.Checked(() => segmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(options)));

        // Each model is opened once: a wrong one is an error before the photos are looked at.
        IDataView none = context.Data.LoadFromEnumerable(Array.Empty<LabelledPhoto>());
        ITransformer images = segmentation.LoadPhotos("Image", null, nameof(LabelledPhoto.ImagePath)).Fit(none);

        // A dense model runs once on a photo that is kept; what it takes for that would lie idle through the training, or beside a teacher's run.
        DenseModelOptions sparing = Dense with { SparesMemory = true };
        string[] logits = [.. DensePaths.Select((_, i) => i == 0 ? "Logits" : $"Logits{i + 1}")];
        DenseSegmentationTransformer[] dense = [.. DensePaths.Select(
            (path, i) => segmentation.ApplyDenseModel(logits[i], "Image", path, sparing).Fit(images.Transform(none)))];
        DenseSegmentationTransformer[] teacher = Teacher is null
            ? []
            : [segmentation.ApplyDenseModel(TeacherColumn, "Image", Teacher.Path, Teacher.Model).Fit(images.Transform(none))];
        using var denseModel = new TransformerChain<ITransformer>([images, .. dense, .. teacher]);
        CheckClasses(dense, classes);
        Teacher?.Check(teacher[0].Model, dense[0].Model);
        (IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> validation, LabelMapping? mapping) =
            Inputs.Photos.Read(console, classes, Training.Seed, cancellation);
        console.WriteLine(RuntimeLine.Text);
        if (validation.Count == 1)
        {
            console.WriteLine("warning: one photo to validate on: whether a gain there is chance cannot be told, and its error reads ± 0.0000; more photos, or --validation-images, would tell");
        }

        if (Teacher is not null)
        {
            int Unlabelled(IReadOnlyList<LabelledPhoto> photos) => photos.Count(photo => photo.LabelPath.Length == 0);
            console.WriteLine(
                $"teacher: {Teacher}; without labels: {Unlabelled(training)} of {training.Count} photos to train on, "
                + $"{Unlabelled(validation)} of {validation.Count} to validate on, where the teacher's answer is the truth");
        }

        IDataView rows = context.Data.LoadFromEnumerable(training);
        ITransformer labelled = segmentation
            .LoadLabelMaps(new LabelMapLoadingEstimator.Options
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(LabelledPhoto.LabelPath),
                ClassList = classes,
                Mapping = mapping,
                IgnoreIndex = Training.IgnoreIndex,
                AllowMissing = Teacher is not null,
            })
            .Fit(rows);
        if (Selector.Fixed is not null)
        {
            Tell(Selector.Fixed);
            SelectionWarning.Try(console, dense[0].Model, Selector.Fixed, training, cancellation);
        }

        SparseRefinementTransformer refiner = Steps.Run(console, "training", 1, steps =>
            segmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(options)
            {
                FurtherLogitsColumnNames = logits[1..],
                TeacherLogitsColumnName = Teacher is null ? null : TeacherColumn,
                TeacherCallback = new TeacherProgress(steps, training.Count + validation.Count, TeacherWorkspace ?? Inputs.Workspace).Add,
                TeacherWorkspacePath = TeacherWorkspace,
                Selector = Selector.Fixed ?? new EntropySelector(0),
                ChooseSelector = Selector.Fixed is null ? Choose : null,
                WarmStart = warm,
                WorkspacePath = Inputs.Workspace,
                ClassList = classes,
                ValidationSet = denseModel.Transform(labelled.Transform(context.Data.LoadFromEnumerable(validation))),
                CancellationToken = cancellation,
                KeepBestOnCancel = WritesOnCancel,
                DenseCallback = report => steps.Line(Line(report)),
                MetricsCallback = report => steps.Line(Line(report)),
                StepCallback = new ForecastLine(steps, Training.Patience).Step,
            }).Fit(denseModel.Transform(labelled.Transform(rows))));
        bool isKept = KeepsAnyway || refiner.Training!.BeatsDense == true;
        for (int i = 0; isKept && i < dense.Length; i++)
        {
            var model = new TransformerChain<ITransformer>([images, dense[i], refiner.WithLogitsColumn(logits[i])]);
            segmentation.Save(model, null, Outputs[i]);
        }

        return TrainingEnding.Tell(console, refiner.Training!, Inputs.Workspace, isKept ? Outputs : null);

        EntropySelector Choose(ThresholdCalibration calibration)
        {
            CalibrationPoint chosen = Selector.Pick(calibration);
            CalibrationTable.Write(console, calibration, chosen);
            var selector = new EntropySelector(chosen.Threshold, Training.Interpolation);
            Tell(selector);
            return selector;
        }

        void Tell(IPixelSelector selector) => console.WriteLine(
            $"training on {training.Count} photos, validating on {validation.Count}, {classes.Count} classes, " +
            $"selector {selector.Describe()}, features {options.Features.Describe()}, planes {string.Join(',', options.Planes)}, seed {Training.Seed}");
    }

    // It holds no native memory, so it outlives the model.
    private static SparseRefiner Refiner(string path)
    {
        using SegmentationModel model = SegmentationModel.Load(path);
        return model.Refiner ?? throw new InvalidInputException(path, "a pipeline with a refiner", "one without");
    }

    private static string Line(EpochReport report)
    {
        RefinementEvaluation validation = report.Validation!;
        if (report.Kept is not EnsemblerScore kept)
        {
            return FormattableString.Invariant(
                $"epoch 0, the dense model alone: validation mIoU {validation.Initial.Full.MeanIoU:0.0000} full, ") +
                FormattableString.Invariant($"{ReportTable.Number(validation.Initial.Selected.MeanIoU)} selected, {report.Elapsed.TotalSeconds:0.0} s");
        }

        RefinementText full = new(
            validation.Initial.Full.MeanIoU, validation.RefinerOnly.Full.MeanIoU, validation.Ensembled.Full.MeanIoU);
        RefinementText mask = new(
            validation.Initial.Selected.MeanIoU,
            validation.RefinerOnly.Selected.MeanIoU,
            validation.Ensembled.Selected.MeanIoU);
        return FormattableString.Invariant(
            $"epoch {report.Epoch}/{report.Epochs}: loss {report.Loss:0.0000}, validation mIoU i/o/e {full} full, {mask} selected, ") +
            FormattableString.Invariant($"{kept}, {report.Elapsed.TotalSeconds:0.0} s{(report.IsBest ? ", best" : string.Empty)}");
    }

    private void CheckClasses(IEnumerable<DenseSegmentationTransformer> dense, ClassList classes)
    {
        foreach (DenseModel model in dense.Select(part => part.Model))
        {
            if (model.Classes is int found && found != classes.Count)
            {
                throw new InvalidInputException(
                    model.Name, $"scores of {classes.Count} classes as in {Inputs.ClassesPath} (--classes)", $"{found}");
            }
        }
    }

    private readonly record struct RefinementText(double Initial, double RefinerOnly, double Ensembled)
    {
        public override string ToString()
            => $"{ReportTable.Number(Initial)}/{ReportTable.Number(RefinerOnly)}/{ReportTable.Number(Ensembled)}";
    }
}
