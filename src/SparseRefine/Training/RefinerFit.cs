namespace SparseRefine.Training;

/// <summary>A fitted refiner and how it came about.</summary>
/// <param name="Refiner">The best epoch's weights.</param>
/// <param name="Epochs">A report for each finished epoch.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="IsCancelled">Whether a cancellation ended training before the planned end.</param>
public sealed record RefinerFit(SparseRefiner Refiner, IReadOnlyList<EpochReport> Epochs, int BestEpoch, bool IsCancelled);
