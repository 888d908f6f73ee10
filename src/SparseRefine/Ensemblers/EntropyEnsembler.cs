using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Takes the logits of whichever model has the lower entropy at the pixel, the dense model's where they are equal.
/// Entropies are in single precision, so two that differ by rounding only may go either way.
/// </summary>
public sealed class EntropyEnsembler : IEnsembler
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
            float[] e1 = new float[end - start];
            float[] e2 = new float[end - start];
            Entropy.OfRows(dense.AsSpan(first, length), classes, e1);
            Entropy.OfRows(sparse.AsSpan(first, length), classes, e2);
            for (int i = 0; i < e1.Length; i++)
            {
                float[] winner = e2[i] < e1[i] ? sparse : dense;
                winner.AsSpan(first + i * classes, classes).CopyTo(merged.AsSpan(first + i * classes));
            }
        });
        return merged;
    }
}
