using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>
/// One run of <c>calibrate</c>. Reads the photos to find the thresholds, then to measure the refiner at each, and where a time is
/// wanted once more, to measure the threshold that should take it. One photo is in memory at a time.
/// </summary>
/// <param name="console">Where it prints.</param>
internal sealed class CalibrateRun(IAnsiConsole console)
{
    private readonly Workers _workers = new(0);
    private readonly PhotoRemark _remark = new(console);

    /// <summary>The pipeline file.</summary>
    public required string Model { get; init; }

    /// <summary>The photos.</summary>
    public required string Images { get; init; }

    /// <summary>Their labels.</summary>
    public required string Labels { get; init; }

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
        PhotoPairs pairs = PhotoFolder.Pair(Images, "--images", Labels, "--labels", LabelSuffix);
        using SegmentationModel model = SegmentationModel.Load(Model);
        (DenseModel dense, SparseRefiner refiner) = model is { Dense: DenseModel low, Refiner: SparseRefiner high }
            ? (low, high)
            : throw new InvalidInputException(Model, "a pipeline with a dense model and a refiner, as fit writes it", "another");
        console.WriteLine(RuntimeLine.Text);
        if (pairs.Remark is string remark)
        {
            console.WriteLine(remark);
        }

        LabelReading reading = LabelSurvey.Take(
            console, pairs.Rows, new LabelReading { ClassList = model.Classes, Classes = refiner.Classes, Mapping = Mapping }, "--labels", cancellation);
        ThresholdCalibration calibration = new(refiner.Interpolation);
        (IReadOnlyList<MeasuredPoint> curve, CalibrationPoint chosen) = Steps.Run(
            console,
            "calibrating",
            (Milliseconds is null ? 2 : 3) * pairs.Rows.Count,
            steps =>
            {
                Visit(pairs.Rows, reading, steps, cancellation, (photo, truth) =>
                    calibration.Add(dense.Run(photo, cancellation), truth, _workers));
                CalibrationPoint wanted = new SelectorChoice(null, Density).Pick(calibration);
                List<CalibrationPoint> points = [.. CalibrationTable.Densities.Select(calibration.ForDensity)];
                if (Milliseconds is null)
                {
                    points.Add(wanted);
                }

                if (refiner.Selector is EntropySelector own)
                {
                    points.Add(calibration.At(own.Threshold));
                }

                MeasuredPoint[] Along(IEnumerable<CalibrationPoint> along) =>
                    Measure(dense, refiner, [.. along.Distinct().OrderBy(p => p.Density)], pairs.Rows, reading, steps, cancellation);
                MeasuredPoint[] measured = Along(points);
                if (Milliseconds is double limit)
                {
                    wanted = calibration.ForDensity(DensityFor(limit, measured));
                    measured = points.Contains(wanted) ? measured : [.. measured.Concat(Along([wanted])).OrderBy(p => p.Point.Density)];
                }

                return (measured, wanted);
            });
        CalibrationTable.Write(console, curve, chosen);
        var selector = new EntropySelector(chosen.Threshold, refiner.Interpolation);
        using SegmentationModel changed = model.WithSelector(selector);
        changed.Save(Output);
        console.WriteLine(
            $"selector {refiner.Selector.Describe()} -> {selector.Describe()}, " +
            FormattableString.Invariant($"{100 * chosen.Density:0.00} % of the pixels, {100 * chosen.CapturedErrors:0.0} % of the errors: {Output}"));
        if (refiner.Selector is EntropySelector trained)
        {
            double before = MeanIoU(calibration.At(trained.Threshold));
            double after = MeanIoU(chosen);
            console.WriteLine(
                $"mIoU {ReportTable.Number(before)} at the model's threshold, {ReportTable.Number(after)} at the new one" +
                (after < before ? $"; a refiner is best where it was trained: fit --warm-start {Model} --selector {selector.Describe()} goes on from it" : string.Empty));
        }

        double MeanIoU(CalibrationPoint point) => curve.First(p => p.Point == point).Scores.Ensembled.Full.MeanIoU;
        return ExitCodes.Success;
    }

    /// <summary>The largest share that is refined within a time, linear between measured points.</summary>
    /// <param name="limit">Milliseconds a photo.</param>
    /// <param name="curve">Measured points in order of their density.</param>
    /// <returns>The share; the curve's last where even that takes less.</returns>
    /// <exception cref="InvalidInputException">Even the first point takes longer.</exception>
    internal static double DensityFor(double limit, IReadOnlyList<MeasuredPoint> curve)
    {
        if (curve[0].Milliseconds > limit)
        {
            throw new InvalidInputException(
                "--ms",
                FormattableString.Invariant($"at least {curve[0].Milliseconds:0} ms, which {100 * curve[0].Point.Density:0.##} % of the pixels take"),
                $"{limit}");
        }

        for (int i = 1; i < curve.Count; i++)
        {
            MeasuredPoint below = curve[i - 1];
            MeasuredPoint above = curve[i];
            if (above.Milliseconds > limit)
            {
                double t = (limit - below.Milliseconds) / (above.Milliseconds - below.Milliseconds);
                return below.Point.Density + (t * (above.Point.Density - below.Point.Density));
            }
        }

        return curve[^1].Point.Density;
    }

    private MeasuredPoint[] Measure(
        DenseModel dense,
        SparseRefiner refiner,
        CalibrationPoint[] points,
        IReadOnlyList<LabelledPhoto> rows,
        LabelReading reading,
        Steps steps,
        CancellationToken cancellation)
    {
        RefinementEvaluation[] scores = [.. points.Select(_ => new RefinementEvaluation(refiner.Classes))];
        double[] milliseconds = new double[points.Length];
        SparseRefiner[] refiners = [.. points.Select(p => refiner.WithSelector(new EntropySelector(p.Threshold, refiner.Interpolation)))];
        Visit(rows, reading, steps, cancellation, (photo, truth) =>
        {
            // The model is warm: it has seen every photo to find the thresholds.
            long start = Stopwatch.GetTimestamp();
            LogitMap logits = dense.Run(photo, cancellation);
            double denseTime = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int i = 0; i < points.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                RefinementResult result = refiners[i].Refine(
                    photo, logits, RefinementParts.Selection | RefinementParts.SparseLogits, _workers);
                scores[i].Add(truth, result);
                milliseconds[i] += denseTime + result.Times.Total;
            }
        });
        return [.. points.Select((p, i) => new MeasuredPoint(p, scores[i], milliseconds[i] / rows.Count))];
    }

    private void Visit(
        IReadOnlyList<LabelledPhoto> photos, LabelReading reading, Steps steps, CancellationToken cancellation, Action<ImageView, LabelMap> use)
    {
        foreach (LabelledPhoto photo in steps.Over(photos, cancellation))
        {
            using MLImage decoded = PhotoReader.Read(photo.ImagePath, remark: _remark.Tell);
            use(decoded.AsView(), photo.ReadLabels(reading));
        }
    }
}
