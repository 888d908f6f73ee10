using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>Merges the dense and the sparse model's answers for the same pixels. Thread-safe unless it is being trained.</summary>
internal interface IEnsembler
{
    /// <summary>Merges row by row; a row's result depends on that row only.</summary>
    /// <param name="dense">[rows, classes] interpolated logits of the dense model, finite.</param>
    /// <param name="sparse">[rows, classes] logits of the sparse model, finite.</param>
    /// <param name="rows">Number of pixels; 0 gives an empty result.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <returns>[rows, classes] logits; a new array.</returns>
    /// <exception cref="ArgumentException">Other numbers of values than rows x classes.</exception>
    float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers);
}
