using SparseRefine.Cli.Files;
using SparseRefine.Cli.Keeping;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>
/// One run of <c>calibrate</c>. Reads the photos to find the thresholds, then to measure the refiner at each, and where a time or an accuracy is
/// wanted once more, to measure the threshold that should reach it. One photo is in memory at a time.
/// </summary>
/// <param name="console">Where it prints.</param>
internal sealed class CalibrateRun(IAnsiConsole console)
{
    private readonly Workers _workers = new(0);

    /// <summary>The pipeline file.</summary>
    public required string Model { get; init; }

    /// <summary>The photos.</summary>
    public required string Images { get; init; }

    /// <summary>Their labels; null: they have none, and the teacher's answer is the truth.</summary>
    public required string? Labels { get; init; }

    /// <summary>Opens the teacher of a model; gives null where none is needed.</summary>
    public required Func<SegmentationModel, DenseModel?> OpenTeacher { get; init; }

    /// <summary>Wanted share of the teacher's advantage; null where something else decides.</summary>
    public double? Keep { get; init; }

    /// <summary>Whether the best there is is written where nothing keeps enough.</summary>
    public bool KeepsAnyway { get; init; }

    /// <summary>What numbers and colors of labels mean; null: a number is its class.</summary>
    public LabelMapping? Mapping { get; init; }

    /// <summary>What a label's name has behind its photo's.</summary>
    public string LabelSuffix { get; init; } = "";

    /// <summary>Wanted share of pixels; null where time or knee decides.</summary>
    public double? Density { get; init; }

    /// <summary>Wanted time; null where density or knee decides.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Does it all.</summary>
    /// <param name="cancellation">Ends it between two photos; nothing is written then.</param>
    /// <returns>An exit code.</returns>
    public int Execute(CancellationToken cancellation)
    {
        OutputFile.CheckFile(Output, "--out");
        PhotoPairs pairs = Labels is null
            ? PhotoFolder.Unlabelled(Images, "--images")
            : PhotoFolder.Pair(Images, "--images", Labels, "--labels", LabelSuffix);
        using SegmentationModel model = SegmentationModel.Load(Model);
        (DenseModel dense, SparseRefiner refiner) = model is { Dense: DenseModel low, Refiner: SparseRefiner high }
            ? (low, high)
            : throw new InvalidInputException(Model, "a pipeline with a dense model and a refiner, as fit writes it", "another");
        console.WriteLine(RuntimeLine.Text);
        if (pairs.Remark is string remark)
        {
            console.WriteLine(remark);
        }

        using DenseModel? teacher = OpenTeacher(model);
        LabelReading reading = new() { ClassList = model.Classes, Classes = refiner.Classes, Mapping = Mapping };
        using TeacherWorkspace? answers = teacher is null ? null : new(teacher);
        ValidationPhotos photos = new(
            console, pairs.Rows, Labels is null ? reading : LabelSurvey.Take(console, pairs.Rows, reading, "--labels", cancellation))
        {
            Teacher = answers,
        };
        ThresholdCalibration calibration = new(refiner.Interpolation);
        RefinerCurve curve = new(dense, refiner, photos, _workers);
        (IReadOnlyList<MeasuredPoint> measured, CalibrationPoint? found, KeptShare? kept) = Steps.Run(
            console, "calibrating", (Keep is not null ? 4 : Milliseconds is not null ? 3 : 2) * photos.Count, steps => Search(curve, steps));
        CalibrationPoint chosen = found ?? measured.MaxBy(point => kept!.Of(point.Score))!.Point;
        CalibrationTable.Write(console, measured, chosen, kept);
        if (kept is not null)
        {
            console.WriteLine($"{kept}");
            if (found is null)
            {
                console.WriteLine(
                    $"no share of the pixels keeps {KeptShare.Text(kept.Wanted)}; the most is {KeptShare.Text(kept.Of(At(chosen).Score))}" +
                    (KeepsAnyway ? string.Empty : ", nothing is written; what may help: a longer fit, a larger --scale or network (fit --keep); --keep-anyway writes the best there is"));
                if (!KeepsAnyway)
                {
                    return ExitCodes.NoBetter;
                }
            }
        }

        var selector = new EntropySelector(chosen.Threshold, refiner.Interpolation);
        using SegmentationModel changed = model.WithSelector(selector);
        changed.Save(Output);
        console.WriteLine(
            $"selector {refiner.Selector.Describe()} -> {selector.Describe()}, " +
            FormattableString.Invariant($"{100 * chosen.Density:0.00} % of the pixels, {100 * chosen.CapturedErrors:0.0} % of the errors: {Output}"));
        if (refiner.Selector is EntropySelector trained)
        {
            double before = At(calibration.At(trained.Threshold)).Score;
            double after = At(chosen).Score;
            console.WriteLine(
                $"mIoU {ReportTable.Number(before)} at the model's threshold, {ReportTable.Number(after)} at the new one" +
                (after < before ? $"; a refiner is best where it was trained: fit --warm-start {Model} --selector {selector.Describe()} goes on from it" : string.Empty));
        }

        return ExitCodes.Success;

        MeasuredPoint At(CalibrationPoint point) => measured.First(p => p.Point == point);

        (IReadOnlyList<MeasuredPoint> Measured, CalibrationPoint? Chosen, KeptShare? Kept) Search(RefinerCurve curve, Steps steps)
        {
            double? best = Keep is null ? null : photos.ScoreTeacher(steps, refiner.Classes, cancellation).MeanIoU;
            photos.Visit(steps, cancellation, (photo, truth) => calibration.Add(dense.Run(photo, cancellation), truth, _workers));
            List<CalibrationPoint> points = [.. CalibrationTable.Densities.Select(calibration.ForDensity)];
            CalibrationPoint wanted = new SelectorChoice(null, Density).Pick(calibration);
            if (Milliseconds is null && Keep is null)
            {
                points.Add(wanted);
            }

            if (refiner.Selector is EntropySelector own)
            {
                points.Add(calibration.At(own.Threshold));
            }

            IReadOnlyList<MeasuredPoint> measured = curve.Measure(points, steps, cancellation);
            if (best is double teachers)
            {
                KeptShare kept = new KeptShare(Keep!.Value, measured[0].Scores.Initial.Full.MeanIoU, teachers).Checked();
                if (Between(measured, kept) is double further)
                {
                    With(calibration.ForDensity(further));
                }

                return (measured, measured.FirstOrDefault(point => kept.Holds(point.Score))?.Point, kept);
            }

            if (Milliseconds is double limit)
            {
                wanted = calibration.ForDensity(DensityFor(limit, measured));
                With(wanted);
            }

            return (measured, wanted, null);

            void With(CalibrationPoint point) => measured = measured.Any(p => p.Point == point)
                ? measured
                : [.. measured.Concat(curve.Measure([point], steps, cancellation)).OrderBy(p => p.Point.Density)];
        }
    }

    /// <summary>Where between the last share that keeps too little and the first that keeps enough a straight line keeps just enough; null: there are no two such points.</summary>
    /// <param name="curve">Measured points in order of their density.</param>
    /// <param name="kept">What is to be kept.</param>
    internal static double? Between(IReadOnlyList<MeasuredPoint> curve, KeptShare kept)
    {
        int first = curve.TakeWhile(point => !kept.Holds(point.Score)).Count();
        if (first == 0 || first == curve.Count)
        {
            return null;
        }

        return Crossing(curve, first - 1, kept.Wanted, kept.Of(curve[first - 1].Score), kept.Of(curve[first].Score));
    }

    /// <summary>
    /// The largest share that is refined within a time, linear between measured points. More pixels take no less time: where a point was measured slower than one of more pixels, something
    /// else disturbed it, and the faster one counts.
    /// </summary>
    /// <param name="limit">Milliseconds a photo.</param>
    /// <param name="curve">Measured points in order of their density.</param>
    /// <returns>The share; the curve's last where even that takes less.</returns>
    /// <exception cref="InvalidInputException">Even the first point takes longer.</exception>
    internal static double DensityFor(double limit, IReadOnlyList<MeasuredPoint> curve)
    {
        double[] times = [.. curve.Select((_, i) => curve.Skip(i).Min(point => point.Milliseconds))];
        int within = times.TakeWhile(time => time <= limit).Count() - 1;
        if (within < 0)
        {
            throw new InvalidInputException(
                "--ms",
                FormattableString.Invariant($"at least {times[0]:0} ms, which {100 * curve[0].Point.Density:0.##} % of the pixels take"),
                $"{limit}");
        }

        return within == curve.Count - 1 ? curve[^1].Point.Density : Crossing(curve, within, limit, times[within], times[within + 1]);
    }

    /// <summary>The density where the straight line between point i and the next one, with these two values, has the wanted value.</summary>
    private static double Crossing(IReadOnlyList<MeasuredPoint> curve, int i, double wanted, double value, double next) =>
        double.Lerp(curve[i].Point.Density, curve[i + 1].Point.Density, (wanted - value) / (next - value));
}
