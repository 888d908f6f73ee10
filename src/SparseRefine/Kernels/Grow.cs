namespace SparseRefine.Kernels;

/// <summary>Buffers that are kept from picture to picture.</summary>
internal static class Grow
{
    /// <summary>Makes an array at least so long; what it held is lost if it must be made anew.</summary>
    public static void To<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            // Let go first, so that both need not exist side by side. An eighth more spares the next, slightly larger picture another one.
            array = [];
            array = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, length + (length / 8L)));
        }
    }
}
