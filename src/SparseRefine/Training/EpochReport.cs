using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>What one pass over the training photos reached.</summary>
/// <param name="Epoch">1..Epochs.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="Loss">Mean training loss of the epoch's steps that selected a labelled pixel.</param>
/// <param name="Scores">
/// The answer on whole validation photos, which chooses the best epoch by its mean IoU: a dense network's own, or a refiner's ensembled one over all dense models.
/// </param>
/// <param name="IsBest">Whether this epoch's weights are the best so far.</param>
/// <param name="Elapsed">Time of training and validation of this epoch.</param>
public sealed record EpochReport(int Epoch, int Epochs, double Loss, ConfusionMatrix Scores, bool IsBest, TimeSpan Elapsed)
{
    /// <summary>Mean share of selected pixels in the training crops, 0..1; null where a dense network is trained, which selects none.</summary>
    public double? Density { get; init; }

    /// <summary>Initial, refiner-only and ensembled answers on the validation photos; null where a dense network is trained, which has one answer.</summary>
    public RefinementEvaluation? Validation { get; init; }

    /// <summary>
    /// The same for each dense model by itself, in the order of a photo's logits: one, unless a refiner for several is trained; none where a dense
    /// network is trained.
    /// </summary>
    public IReadOnlyList<RefinementEvaluation> ValidationByDense { get; init; } = [];

    internal static EpochReport Of(
        int epoch, int epochs, double loss, double? density, ConfusionMatrix? scores, IReadOnlyList<RefinementEvaluation> byDense, bool isBest, TimeSpan elapsed)
    {
        RefinementEvaluation? all = byDense.Count == 0 ? null : RefinementEvaluation.Sum(byDense);
        return new EpochReport(epoch, epochs, loss, scores ?? all!.Ensembled.Full, isBest, elapsed)
        {
            Density = density,
            Validation = all,
            ValidationByDense = byDense,
        };
    }
}
