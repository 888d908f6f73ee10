namespace SparseRefine.Batch;

/// <summary>Counts threads that hang in work that was given up. Each keeps an image in memory, so a job does not collect them without end. Thread-safe.</summary>
internal sealed class StuckThreads
{
    /// <summary>Most of them.</summary>
    public const int Most = 16;

    private int _count;

    /// <summary>Threads that hang now.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);
}
