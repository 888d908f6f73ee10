using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Takes the logits of whichever model has the lower entropy at the pixel, the dense model's where they are equal.
/// Entropies are in single precision, so two that differ by rounding only may go either way.
/// </summary>
internal sealed class EntropyEnsembler : Ensembler
{
    /// <inheritdoc/>
    public override void Merge(EnsembleTile tile)
    {
        var loop = new LowerEntropyLoop(tile);
        Simd.Run(Simd.Default, ref loop);
    }
}
