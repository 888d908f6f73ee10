namespace SparseRefine.Kernels;

/// <summary>
/// Bounds what the process has allocated and the collector has not come for yet. By itself it comes for large arrays after about as many bytes as are in use, or twice that: a training that
/// keeps 1 GB of photos and reads others again grows to 4 GB. Thread-safe.
/// </summary>
internal static class Garbage
{
    // Two photos of 8 megapixels with labels, selection and sparse logits. A collection takes up to 50 ms.
    private const long Least = 128L << 20;

    // Where much is in use a collection takes longer, and a share of it is little.
    private const int PartInUse = 4;

    private static long _due = Least;

    /// <summary>Has the collector come if so many bytes were allocated since it was here that they matter: 128 MB, or a quarter of what is in use.</summary>
    public static void Bound()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        long due = Interlocked.Read(ref _due);
        if (allocated < due || Interlocked.CompareExchange(ref _due, long.MaxValue, due) != due)
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        Interlocked.Exchange(ref _due, GC.GetTotalAllocatedBytes() + Math.Max(Least, GC.GetTotalMemory(forceFullCollection: false) / PartInUse));
    }
}
