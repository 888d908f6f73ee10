using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The mean of the two models' probabilities, not of their logits, whose scales need not agree:
/// y = ln(max((p1 + p2) / 2, 1e-10)), p = softmax(z).
/// </summary>
public sealed class AverageEnsembler : IEnsembler
{
    /// <inheritdoc/>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        EnsembleRows.Check(dense, sparse, rows, classes, workers);
        float[] merged = new float[dense.Length];
        workers.For(rows, EnsembleRows.BlockRows, (_, start, end) =>
        {
            int first = start * classes;
            int length = (end - start) * classes;
            Span<float> p1 = merged.AsSpan(first, length);
            float[] p2 = new float[length];
            Entropy.Softmax(dense.AsSpan(first, length), classes, p1);
            Entropy.Softmax(sparse.AsSpan(first, length), classes, p2);
            for (int i = 0; i < length; i++)
            {
                p1[i] = MathF.Log(MathF.Max((p1[i] + p2[i]) / 2, 1e-10f));
            }
        });
        return merged;
    }
}
