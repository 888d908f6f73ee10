namespace SparseRefine.Kernels;

/// <summary>Arrays that their owner keeps from image to image and replaces when an image needs a longer one.</summary>
internal static class Grow
{
    /// <summary>Makes an array at least so long; what it held is lost if it must be made anew.</summary>
    public static void To<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            // The old array is released first, so that both need not exist side by side; the new one is an eighth longer than asked for, so
            // that a slightly larger image needs no third.
            array = [];
            array = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, length + (length / 8L)));
        }
    }
}
