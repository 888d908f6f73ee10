using SparseRefine.Cli.Files;
using SparseRefine.Cli.Keeping;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Persistence;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>
/// One run of <c>fit --keep</c>: finds the cheapest size of the dense model, share of pixels and network that keep a share of the teacher's advantage on the validation photos, as
/// <see cref="KeepSearch"/> does. Every fitted network is measured at several shares.
/// </summary>
/// <param name="console">Where it prints.</param>
internal sealed class KeepRun(IAnsiConsole console)
{
    private const int ShortPart = 4;
    private const int UsualShortEpochs = 5;
    private const int FewestPlanes = 4;
    private static readonly double[] Scales = [0.25, 0.375, 0.5, 0.75];

    /// <summary>The share to keep, above 0 and at most 1.</summary>
    public required double Keep { get; init; }

    /// <summary>The dense model.</summary>
    public required string DensePath { get; init; }

    /// <summary>How it sees photos.</summary>
    public required DenseModelOptions Dense { get; init; }

    /// <summary>Whether its size is given, so that no other is tried.</summary>
    public required bool HasSize { get; init; }

    /// <summary>Photos, classes, and the folder that keeps what is done.</summary>
    public required TrainingInputs Inputs { get; init; }

    /// <summary>The file to write; the plot goes beside it.</summary>
    public required string Output { get; init; }

    /// <summary>Whose advantage is to be kept.</summary>
    public required TeacherModel Reference { get; init; }

    /// <summary>Whether fits learn from it, too.</summary>
    public required bool IsTaught { get; init; }

    /// <summary>Whether the best there is is written where nothing keeps enough.</summary>
    public required bool KeepsAnyway { get; init; }

    /// <summary>How to train; the planes are those of the larger network.</summary>
    public required RefinerTrainerOptions Training { get; init; }

    private int ShortEpochs => Training.Epochs > 0 ? Math.Max(1, Training.Epochs / ShortPart) : UsualShortEpochs;

    /// <summary>Does it all.</summary>
    /// <param name="cancellation">Ends it; the workspace keeps what is done.</param>
    /// <returns>An exit code.</returns>
    public int Execute(CancellationToken cancellation) => TrainingEnding.Run(console, Inputs.Workspace, () => Search(cancellation));

    private int Search(CancellationToken cancellation)
    {
        string plot = Path.ChangeExtension(Output, ".svg");
        if (plot == Output)
        {
            throw new InvalidInputException("--out", "a name that does not end with .svg, as the plot beside it does", Output);
        }

        OutputFile.CheckFile(Output, "--out", DensePath, Reference.Path, Inputs.ClassesPath, plot);
        OutputFile.CheckFile(plot, "--out", DensePath, Reference.Path, Inputs.ClassesPath);
        ClassList classes = Inputs.ReadClasses(Training);
        using DenseModel dense = new(DensePath, Dense);
        if (dense.Classes is int found && found != classes.Count)
        {
            throw new InvalidInputException(dense.Name, $"scores of {classes.Count} classes as in {Inputs.ClassesPath} (--classes)", $"{found}");
        }

        using DenseModel teacher = Reference.Open(dense);
        DenseSize[] sizes = HasSize || !dense.TakesAnySize
            ? [new DenseSize(Dense)]
            : [.. Scales.Select(scale => new DenseSize(Dense with { Scale = scale, Height = null, Width = null }))];
        IReadOnlyList<int> smaller = [.. Training.Planes.Select(planes => Math.Max(Math.Min(planes, FewestPlanes), planes / 2))];
        IReadOnlyList<int>[] networks = smaller.SequenceEqual(Training.Planes) ? [Training.Planes] : [Training.Planes, smaller];
        (int shortFits, int wholeFits) = KeepSearch.Most(sizes.Length, networks.Length);
        console.WriteLine(
            $"keeping {KeptShare.Text(Keep)} of what {Reference} is better: at most {shortFits} fits of {ShortEpochs} epochs and {wholeFits} whole ones, " +
            FormattableString.Invariant($"up to {wholeFits + ((double)shortFits / ShortPart):0.#} times as long as a fit without --keep") +
            (Inputs.Workspace is null ? "; --workspace would keep what is done when it is stopped" : string.Empty));
        (IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> validation, LabelMapping? mapping) =
            Inputs.Photos.Read(console, classes, Training.Seed, cancellation);
        using KeepRecords records = new(
            Inputs.Workspace,
            $"{Dense} {HasSize} {Reference} {Reference.Model} {IsTaught} {Training} {string.Join(',', Training.Planes)} {Training.Features.Describe()} {string.Join(',', Training.ClassWeights ?? [])} {mapping}",
            training.Concat(validation).SelectMany(photo => new[] { photo.ImagePath, photo.LabelPath }).Where(path => path.Length > 0).Append(DensePath).Append(Reference.Path));
        using TeacherWorkspace answers = new(teacher, records.Shared, Training.Threads);
        ValidationPhotos photos = new(console, validation, new LabelReading { ClassList = classes, Mapping = mapping, IgnoreIndex = Training.IgnoreIndex }) { Teacher = answers };
        TeacherFacts reference = Steps.Run(
            console, "teacher", photos.Count, steps => records.Get("teacher", () => photos.ScoreTeacher(steps, classes.Count, cancellation))!);
        DenseSurvey survey = new(photos, classes.Count, Training.Interpolation, Training.IgnoreIndex, new Workers(Training.Threads));
        (DenseSize Size, DenseFacts Facts)[] alone = [.. sizes.Select(size => (size, Alone(size)))];

        // The smallest size is the cheapest, whatever a noisy clock says of a small model.
        KeptShare kept = new KeptShare(Keep, alone.MinBy(s => s.Size.Sees.Scale).Facts.MeanIoU, reference.MeanIoU).Checked();
        console.WriteLine($"{kept}");
        foreach ((DenseSize size, DenseFacts facts) in alone.Where(s => !kept.Holds(s.Facts.Ceiling)))
        {
            console.WriteLine(FormattableString.Invariant($"ruled out: the dense model at {size}, as a perfect refiner of {100 * facts.Points[^1].Density:0.#} % of the pixels keeps {KeptShare.Text(kept.Of(facts.Ceiling))}"));
        }

        KeepSearch search = new(kept, alone, networks, trial => Measured(trial, alone.First(s => s.Size == trial.Size).Facts));
        search.Run();
        KeepPoint chosen = search.Best ?? search.Points.MaxBy(point => point.MeanIoU)!;
        KeepTable.Write(console, search.Points, chosen, kept, reference.Milliseconds);
        WritePlot();
        return End();

        DenseFacts Alone(DenseSize size) => Steps.Run(console, $"dense model at {size}", 2 * photos.Count, steps => records.Get($"dense-{size}", () =>
        {
            using DenseModel? other = sizes.Length == 1 ? null : dense.AtScale(size.Sees.Scale!.Value);
            DenseFacts facts = survey.Measure(other ?? dense, steps, cancellation);
            dense.ReleaseBuffers();
            return facts;
        })!);

        IReadOnlyList<KeepPoint> Measured(KeepTrial trial, DenseFacts facts)
        {
            int epochs = trial.IsWhole ? Training.Epochs : ShortEpochs;
            string network = string.Join(',', trial.Planes) + (trial.IsWhole ? string.Empty : $" ({epochs} {(epochs == 1 ? "epoch" : "epochs")})");
            float threshold = facts.Points.MinBy(point => Math.Abs(point.Density - trial.Share)).Threshold;
            string name = FormattableString.Invariant($"{trial.Size}-{string.Join('.', trial.Planes)}-{epochs}-{threshold:0.0000}");
            return records.Get<IReadOnlyList<KeepPoint>>(name, () =>
            {
                string file = records[name + ".sparserefine"];
                if (!File.Exists(file))
                {
                    console.WriteLine($"fit: dense model at {trial.Size}, network {network}");
                    int code = new FitRun(console)
                    {
                        DensePaths = [DensePath],
                        Inputs = new TrainingInputs { Photos = Inputs.Photos, ClassesPath = Inputs.ClassesPath, Workspace = Inputs.Workspace is null ? null : records[name] },
                        Outputs = [file],
                        Selector = new SelectorChoice(new EntropySelector(threshold, Training.Interpolation)),
                        Dense = trial.Size.Sees,
                        Teacher = IsTaught ? Reference : null,
                        TeacherWorkspace = records.Shared,
                        KeepsAnyway = true,
                        WritesOnCancel = false,
                        Training = Training with { Planes = trial.Planes, Epochs = epochs },
                    }.Execute(cancellation);
                    if (code != ExitCodes.Success)
                    {
                        // A fit that was stopped goes on from its checkpoint. One that diverged is no candidate.
                        cancellation.ThrowIfCancellationRequested();
                        File.Delete(file);
                        return null;
                    }
                }

                using SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { Threads = Training.Threads });
                RefinerCurve curve = new(model.Dense!, model.Refiner!, photos, new Workers(Training.Threads));
                IReadOnlyList<MeasuredPoint> measured = Steps.Run(console, "measuring", photos.Count, steps => curve.Measure(facts.Points, steps, cancellation));
                return [.. measured.Select(point => new KeepPoint($"{trial.Size}", network, point.Point.Density, point.Point.Threshold, point.Milliseconds, point.Score, file))];
            }) ?? [];
        }

        void WritePlot()
        {
            PlotDot[] dots = [.. search.Points.Select(point => point.Dot(point == chosen))];
            PlotDot[] all = double.IsNaN(reference.Milliseconds) ? dots : [.. dots, new PlotDot("teacher", DotKind.Dense, reference.Milliseconds, reference.MeanIoU)];
            double wanted = kept.Dense + (kept.Wanted * (kept.Teacher - kept.Dense));
            AtomicFile.Write(plot, System.Text.Encoding.UTF8.GetBytes(ScatterPlot.Svg(all, "mIoU, validation photos", (wanted, $"keeps {KeptShare.Text(Keep)}"))));
        }

        int End()
        {
            string what = FormattableString.Invariant($"{chosen}, {chosen.Milliseconds:0.#} ms a photo, mIoU {chosen.MeanIoU:0.0000}, keeps {KeptShare.Text(kept.Of(chosen.MeanIoU))}");
            if (search.Best is null && !KeepsAnyway)
            {
                console.WriteLine($"nothing keeps {KeptShare.Text(Keep)}, and nothing is written but {plot}; the best: {what}");
                console.WriteLine("what may help: more photos, a teacher (--teacher), more epochs, a larger network (--planes), a lower --keep; --keep-anyway writes the best there is");
                return ExitCodes.NoBetter;
            }

            using SegmentationModel model = chosen.File is string file
                ? SegmentationModel.Load(file)
                : SegmentationModel.FromOnnx(DensePath, sizes.First(size => $"{size}" == chosen.Size).Sees, classes);
            using SegmentationModel? refined = chosen.File is null ? null : model.WithSelector(new EntropySelector(chosen.Threshold, Training.Interpolation));
            (refined ?? model).Save(Output);
            console.WriteLine($"{(search.Best is null ? "nothing keeps so much; the best" : "chosen")}: {what}: {Output}, {plot}");
            return ExitCodes.Success;
        }
    }
}
