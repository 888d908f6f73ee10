using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The mean of the two models' probabilities, not of their logits, whose scales need not agree:
/// y = ln(max((p1 + p2) / 2, 1e-10)), p = softmax(z).
/// </summary>
internal sealed class AverageEnsembler : Ensembler
{
    /// <inheritdoc/>
    public override void Merge(EnsembleTile tile)
    {
        var loop = new MeanProbabilityLoop(tile);
        Simd.Run(Simd.Default, ref loop);
    }
}
