using SparseRefine.Ensemblers;

namespace SparseRefine.Training;

/// <summary>How a training went.</summary>
/// <param name="Epochs">A report for each finished epoch, those made before a resumption included.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Failure">What was not finite and in which step; null unless <paramref name="End"/> is <see cref="TrainingEnd.Diverged"/>.</param>
public record TrainingHistory(IReadOnlyList<EpochReport> Epochs, int BestEpoch, TrainingEnd End, string? Failure)
{
    /// <summary>
    /// The dense model's own answer on the validation photos, as epoch 0: scored before training, and what every epoch has to beat; null where a dense network is trained.
    /// </summary>
    public EpochReport? Dense { get; init; }

    /// <summary>The report of <see cref="BestEpoch"/>.</summary>
    public EpochReport Best => Epochs[BestEpoch - 1];

    /// <summary>The ensembler that was best in <see cref="BestEpoch"/>, which is kept with the weights; never <see cref="EnsemblerKind.Dense"/>. Null where a dense network is trained.</summary>
    public EnsemblerKind? KeptEnsembler => Best.Kept?.Ensembler;

    /// <summary>Mean IoU of what is kept less the dense answer's, on the validation photos; null where a dense network is trained.</summary>
    public double? ImprovementOverDense => Best.Kept?.Gain;

    /// <summary>
    /// Whether what is kept is better than the dense answer on the validation photos, by more than the standard error of
    /// <see cref="ImprovementOverDense"/>; null where a dense network is trained.
    /// </summary>
    public bool? BeatsDense => Best.Kept is EnsemblerScore kept ? kept.Surplus > 0 : null;

    /// <summary>Each ensembler's best epoch, as far as they answered: how far each fell short, where none beats the dense answer.</summary>
    public IReadOnlyList<(int Epoch, EnsemblerScore Score)> BestOfEach =>
    [
        .. Epochs
            .SelectMany(report => report.Ensemblers.Select(score => (report.Epoch, Score: score)))
            .Where(each => each.Score.Ensembler != EnsemblerKind.Dense)
            .GroupBy(each => each.Score.Ensembler)
            .OrderBy(group => group.Key)
            .Select(group => group.MaxBy(each => each.Score.Surplus)),
    ];
}
