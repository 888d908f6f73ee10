using SparseRefine.Ensemblers;
using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>What one pass over the training photos reached.</summary>
/// <param name="Epoch">1..Epochs; 0 for the dense answer before training.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="Loss">Mean training loss of the epoch's steps that selected a labelled pixel; NaN in epoch 0.</param>
/// <param name="Scores">
/// The answer on whole validation photos: a dense network's own, or a refiner's with the ensembler <see cref="Kept"/>, over all dense models.
/// </param>
/// <param name="IsBest">Whether this epoch's weights are the best so far: by mean IoU of a dense network, by <see cref="EnsemblerScore.Surplus"/> of a refiner.</param>
/// <param name="Elapsed">Time of training and validation of this epoch.</param>
public sealed record EpochReport(int Epoch, int Epochs, double Loss, ConfusionMatrix Scores, bool IsBest, TimeSpan Elapsed)
{
    /// <summary>Mean share of selected pixels in the training crops, 0..1; null where a dense network is trained, which selects none, and in epoch 0.</summary>
    public double? Density { get; init; }

    /// <summary>Initial, refiner-only and ensembled (by the gate, if there is one) answers on the validation photos; null where a dense network is trained, which has one answer.</summary>
    public RefinementEvaluation? Validation { get; init; }

    /// <summary>
    /// The same for each dense model by itself, in the order of a photo's logits: one, unless a refiner for several is trained; none where a dense
    /// network is trained.
    /// </summary>
    public IReadOnlyList<RefinementEvaluation> ValidationByDense { get; init; } = [];

    /// <summary>The answer with each ensembler, the dense answer first; none where a dense network is trained.</summary>
    public IReadOnlyList<EnsemblerScore> Ensemblers { get; init; } = [];

    /// <summary>The best of <see cref="Ensemblers"/> besides the dense answer; null in epoch 0 and where a dense network is trained.</summary>
    public EnsemblerScore? Kept => Ensemblers.Where(score => score.Ensembler != EnsemblerKind.Dense).MaxBy(score => score.Surplus);

    /// <summary>What epochs are compared by, higher is better.</summary>
    internal double Score => Kept?.Surplus ?? Scores.MeanIoU;

    internal static EpochReport Of(
        int epoch, int epochs, double loss, double? density, TaskValidation validation, bool isBest, TimeSpan elapsed)
    {
        IReadOnlyList<RefinementEvaluation> byDense = validation.ByDense;
        EpochReport report = new(epoch, epochs, loss, validation.Scores!, isBest, elapsed)
        {
            Density = density,
            Validation = byDense.Count == 0 ? null : RefinementEvaluation.Sum(byDense),
            ValidationByDense = byDense,
            Ensemblers = validation.Ensemblers,
        };
        return validation.Scores is null ? report with { Scores = (report.Kept ?? report.Ensemblers[0]).Full } : report;
    }
}
