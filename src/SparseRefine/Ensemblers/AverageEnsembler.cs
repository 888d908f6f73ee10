using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The mean of the two models' probabilities, not of their logits, whose scales need not agree:
/// y = ln(max((p1 + p2) / 2, 1e-10)), p = softmax(z).
/// </summary>
internal sealed class AverageEnsembler : ITileEnsembler
{
    int ITileEnsembler.ScratchChannels => 0;

    int ITileEnsembler.Classes => 0;

    /// <inheritdoc/>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers) =>
        EnsembleRows.Merge(this, dense, sparse, rows, classes, workers);

    void ITileEnsembler.Merge(EnsembleTile tile)
    {
        var loop = new MeanProbabilityLoop(tile);
        Simd.Run(Simd.Default, ref loop);
    }
}
