using SparseRefine.Metrics;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Reports;

/// <summary>A threshold with what the refiner reaches at it.</summary>
/// <param name="Point">The threshold.</param>
/// <param name="Scores">The three answers on the photos.</param>
/// <param name="Milliseconds">From decoded photo to label map, mean of the photos.</param>
internal sealed record MeasuredPoint(CalibrationPoint Point, RefinementEvaluation Scores, double Milliseconds)
{
    /// <summary>mIoU of the merged answer on all pixels.</summary>
    public double Score => Scores.Ensembled.Full.MeanIoU;
}
