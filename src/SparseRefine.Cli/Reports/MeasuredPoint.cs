using SparseRefine.Metrics;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Reports;

/// <summary>A threshold with what the refiner reaches at it.</summary>
/// <param name="Point">The threshold.</param>
/// <param name="Scores">The three answers on the pictures.</param>
/// <param name="Milliseconds">From decoded picture to label map, mean of the pictures.</param>
internal sealed record MeasuredPoint(CalibrationPoint Point, RefinementEvaluation Scores, double Milliseconds);
