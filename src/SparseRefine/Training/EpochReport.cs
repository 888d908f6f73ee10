using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>What one pass over the training photos reached.</summary>
/// <param name="Epoch">1..Epochs.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="Loss">Mean training loss of the epoch's steps; NaN where no step selected a labelled pixel.</param>
/// <param name="Density">Mean share of selected pixels in the training crops, 0..1.</param>
/// <param name="Validation">Initial, refiner-only and ensembled answers on the validation photos.</param>
/// <param name="ValidationByDense">
/// The same for each dense model by itself, in the order of a photo's logits: one, unless a refiner for several is trained.
/// </param>
/// <param name="IsBest">Whether this epoch's weights are the best so far.</param>
/// <param name="Elapsed">Time of training and validation of this epoch.</param>
public sealed record EpochReport(
    int Epoch,
    int Epochs,
    double Loss,
    double Density,
    RefinementEvaluation Validation,
    IReadOnlyList<RefinementEvaluation> ValidationByDense,
    bool IsBest,
    TimeSpan Elapsed);
