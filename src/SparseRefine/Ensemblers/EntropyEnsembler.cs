using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Takes the logits of whichever model has the lower entropy at the pixel, the dense model's where they are equal.
/// Entropies are in single precision, so two that differ by rounding only may go either way.
/// </summary>
internal sealed class EntropyEnsembler : ITileEnsembler
{
    int ITileEnsembler.ScratchChannels => 0;

    int ITileEnsembler.Classes => 0;

    /// <inheritdoc/>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers) =>
        EnsembleRows.Merge(this, dense, sparse, rows, classes, workers);

    void ITileEnsembler.Merge(EnsembleTile tile)
    {
        var loop = new LowerEntropyLoop(tile);
        Simd.Run(Simd.Default, ref loop);
    }
}
