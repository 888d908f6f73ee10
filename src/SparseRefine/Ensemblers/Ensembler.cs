using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Merges the dense and the sparse model's answers for the same pixels. A pixel's result depends on that pixel only, so the merge runs tile by tile
/// (<see cref="EnsemblePass"/>). Thread-safe unless it is being trained.
/// </summary>
internal abstract class Ensembler
{
    /// <summary>The number of classes it is made for; 0: any.</summary>
    public virtual int Classes => 0;

    /// <summary>Channels of scratch that <see cref="Merge"/> needs, besides one for each class.</summary>
    public virtual int ScratchChannels => 0;

    /// <summary>The ensembler of a kind.</summary>
    /// <param name="kind">Which; not the dense answer alone.</param>
    /// <param name="gate">What <see cref="EnsemblerKind.Gate"/> stands for.</param>
    public static Ensembler Of(EnsemblerKind kind, Ensembler gate) => kind switch
    {
        EnsemblerKind.Replace => new ReplaceEnsembler(),
        EnsemblerKind.Average => new AverageEnsembler(),
        EnsemblerKind.Gate => gate,
        _ => throw new ArgumentException($"kind: expected an ensembler of two answers, got {kind}", nameof(kind)),
    };

    /// <summary>Writes the tile's merged logits from its dense and sparse ones. Columns beyond the last pixel hold finite numbers.</summary>
    public abstract void Merge(EnsembleTile tile);

    /// <summary>Merges row by row. A NaN in a row makes at least one value of that row's result NaN.</summary>
    /// <param name="dense">[rows, classes] interpolated logits of the dense model, finite.</param>
    /// <param name="sparse">[rows, classes] logits of the sparse model, finite.</param>
    /// <param name="rows">Number of pixels; 0 gives an empty result.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <returns>[rows, classes] logits; a new array.</returns>
    /// <exception cref="ArgumentException">Other numbers of values than rows x classes, or another number of classes than the ensembler's.</exception>
    public float[] Ensemble(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (Classes > 0 && classes != Classes)
        {
            throw new ArgumentException($"classes: expected {Classes} classes, got {classes}", nameof(classes));
        }

        CheckLength(dense, rows, classes, nameof(dense));
        CheckLength(sparse, rows, classes, nameof(sparse));
        float[] merged = GC.AllocateUninitializedArray<float>(dense.Length);
        new EnsemblePass(this).MergeRows(dense, sparse, merged, rows, classes, workers);
        return merged;
    }

    private static void CheckLength(float[] values, int rows, int classes, string name)
    {
        if (values.LongLength != (long)rows * classes)
        {
            throw new ArgumentException(
                $"{name}: expected {rows}x{classes} = {(long)rows * classes} values, got {values.Length}", name);
        }
    }
}
