namespace SparseRefine.Metrics;

/// <summary>All that a <see cref="RefinementEvaluation"/> counted, to keep it in a file.</summary>
/// <param name="Classes">Number of classes.</param>
/// <param name="Images">Photos.</param>
/// <param name="Pixels">Their pixels.</param>
/// <param name="SelectedPixels">Selected ones of them.</param>
/// <param name="Counts">[truth, predicted] of initial, refiner-only, ensembled; of each on the selected pixels and on all.</param>
internal sealed record RefinementCounts(int Classes, int Images, long Pixels, long SelectedPixels, long[][] Counts);
