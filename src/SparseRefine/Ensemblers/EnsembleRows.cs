using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>What all ensemblers check and how they cut rows into blocks.</summary>
internal static class EnsembleRows
{
    public const int BlockRows = 4096;

    public static void Check(float[] dense, float[] sparse, int rows, int classes, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(dense);
        ArgumentNullException.ThrowIfNull(sparse);
        ArgumentNullException.ThrowIfNull(workers);
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
