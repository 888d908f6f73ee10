using System.Diagnostics;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Keeping;

/// <summary>Measures the dense model alone, and what a refiner that is always right would make of its answer.</summary>
/// <param name="photos">What it is measured on.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="interpolation">How scores are brought to the photo's size.</param>
/// <param name="ignoreIndex">Label that does not count.</param>
/// <param name="workers">Threads.</param>
internal sealed class DenseSurvey(ValidationPhotos photos, int classes, Interpolation interpolation, byte ignoreIndex, Workers workers)
{
    /// <summary>Measures in one pass over the photos.</summary>
    /// <param name="model">The dense model at one size.</param>
    /// <param name="steps">Told of each photo.</param>
    /// <param name="cancellation">Ends it between two photos.</param>
    public DenseFacts Measure(DenseModel model, Steps steps, CancellationToken cancellation)
    {
        ConfusionMatrix scores = new(classes);
        ThresholdCalibration calibration = new(interpolation);
        double milliseconds = 0;
        bool isWarm = false;
        photos.Visit(steps, cancellation, (photo, truth) =>
        {
            if (!isWarm)
            {
                _ = model.Run(photo, cancellation);
                isWarm = true;
            }

            long start = Stopwatch.GetTimestamp();
            LogitMap logits = model.Run(photo, cancellation);
            LabelMap labels = logits.ToLabels(photo.Height, photo.Width, interpolation, workers);
            milliseconds += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            scores.Add(truth, labels, ignoreIndex);
            calibration.Add(logits, truth, workers, ignoreIndex);
        });
        CalibrationPoint[] points = [.. CalibrationTable.Densities.Select(calibration.ForDensity).Distinct().OrderBy(point => point.Density)];
        return new DenseFacts(scores.MeanIoU, milliseconds / photos.Count, points);
    }
}
