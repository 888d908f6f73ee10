namespace SparseRefine.Batch;

/// <summary>Counts threads that still run work whose time limit has passed. Each keeps a photo in memory, so a job stops once there are <see cref="Most"/>. Thread-safe.</summary>
internal sealed class StuckThreads
{
    /// <summary>Such threads at which a job stops: 16 decoded photos of 8 megapixels are 0.5 GB.</summary>
    public const int Most = 16;

    private int _count;

    /// <summary>Such threads now.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);
}
