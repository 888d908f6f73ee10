using SparseRefine.Metrics;

namespace SparseRefine.Cli.Reports;

/// <summary>A dense model's labels beside a teacher's, whose classes stand for the truth.</summary>
/// <param name="Counts">Pixels by the teacher's class and the dense model's, of all photos.</param>
/// <param name="ByLabels">Pixels by the true class and the teacher's, of the photos that have labels.</param>
/// <param name="Milliseconds">The teacher, a photo, mean.</param>
internal sealed record DenseAgreement(ConfusionMatrix Counts, ConfusionMatrix ByLabels, double Milliseconds);
