using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>Takes the sparse model's logits as they are.</summary>
internal sealed class ReplaceEnsembler : ITileEnsembler
{
    int ITileEnsembler.ScratchChannels => 0;

    int ITileEnsembler.Classes => 0;

    /// <inheritdoc/>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        EnsembleRows.Check(dense, sparse, rows, classes, workers);
        return [.. sparse];
    }

    void ITileEnsembler.Merge(EnsembleTile tile) => tile.CopySparse();
}
