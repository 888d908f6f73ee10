using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>Takes the sparse model's logits as they are.</summary>
public sealed class ReplaceEnsembler : IEnsembler
{
    /// <inheritdoc/>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        EnsembleRows.Check(dense, sparse, rows, classes, workers);
        return [.. sparse];
    }
}
