namespace SparseRefine.Training;

/// <summary>How a training went.</summary>
/// <param name="Epochs">A report for each finished epoch, those made before a resumption included.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Failure">What was not finite and in which step; null unless <paramref name="End"/> is <see cref="TrainingEnd.Diverged"/>.</param>
public record TrainingHistory(IReadOnlyList<EpochReport> Epochs, int BestEpoch, TrainingEnd End, string? Failure);
