using System.Diagnostics;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Keeping;

/// <summary>Measures a refiner at several thresholds.</summary>
/// <param name="dense">The dense model before it.</param>
/// <param name="refiner">The refiner.</param>
/// <param name="photos">What it is measured on.</param>
/// <param name="workers">Threads.</param>
internal sealed class RefinerCurve(DenseModel dense, SparseRefiner refiner, ValidationPhotos photos, Workers workers)
{
    private const RefinementParts Parts = RefinementParts.Selection | RefinementParts.SparseLogits;

    /// <summary>Measures in one pass over the photos.</summary>
    /// <param name="points">The thresholds.</param>
    /// <param name="steps">Told of each photo.</param>
    /// <param name="cancellation">Ends it between two answers.</param>
    /// <returns>The points in order of their density, each once.</returns>
    public IReadOnlyList<MeasuredPoint> Measure(IEnumerable<CalibrationPoint> points, Steps steps, CancellationToken cancellation)
    {
        CalibrationPoint[] along = [.. points.Distinct().OrderBy(point => point.Density)];
        RefinementEvaluation[] scores = [.. along.Select(_ => new RefinementEvaluation(refiner.Classes))];
        double[] milliseconds = new double[along.Length];
        SparseRefiner[] refiners = [.. along.Select(point => refiner.WithSelector(new EntropySelector(point.Threshold, refiner.Interpolation)))];
        bool isWarm = false;
        photos.Visit(steps, cancellation, (photo, truth) =>
        {
            if (!isWarm)
            {
                // What the first answers take longer, no later photo does: buffers, and ONNX Runtime's plan.
                LogitMap first = dense.Run(photo, cancellation);
                foreach (SparseRefiner each in refiners)
                {
                    _ = each.Refine(photo, first, Parts, workers);
                }

                isWarm = true;
            }

            long start = Stopwatch.GetTimestamp();
            LogitMap logits = dense.Run(photo, cancellation);
            double denseTime = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int i = 0; i < along.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                RefinementResult result = refiners[i].Refine(photo, logits, Parts, workers);
                scores[i].Add(truth, result);
                milliseconds[i] += denseTime + result.Times.Total;
            }
        });
        return [.. along.Select((point, i) => new MeasuredPoint(point, scores[i], milliseconds[i] / photos.Count))];
    }
}
