using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>What a scorer made of a photo. Its arrays belong to the answer.</summary>
/// <param name="Labels">The class of every pixel.</param>
/// <param name="Logits">The dense model's; null for a chain that does not show them, and for a graph until they are asked for.</param>
/// <param name="Times">From <see cref="Stage.Dense"/> to <see cref="Stage.Ensemble"/>.</param>
/// <param name="Refined">What the refiner made, with the parts that were asked for; null for a model without one.</param>
internal sealed record PhotoAnswer(LabelMap Labels, LogitMap? Logits, StageTimes Times, RefinementResult? Refined);
