using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>What all ensemblers check, and their way from rows to rows.</summary>
internal static class EnsembleRows
{
    /// <summary>Checks, then merges tile by tile.</summary>
    public static float[] Merge(ITileEnsembler ensembler, float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        Check(dense, sparse, rows, classes, workers);
        float[] merged = GC.AllocateUninitializedArray<float>(dense.Length);
        new EnsemblePass(ensembler).MergeRows(dense, sparse, merged, rows, classes, workers);
        return merged;
    }

    public static void Check(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        CheckLength(dense, rows, classes, nameof(dense));
        CheckLength(sparse, rows, classes, nameof(sparse));
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
