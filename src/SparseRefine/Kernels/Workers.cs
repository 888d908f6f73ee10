namespace SparseRefine.Kernels;

/// <summary>
/// Splits loops over a fixed number of threads. Work is cut into blocks whose borders depend only on the loop's length
/// and block size, never on the number of threads, so results are the same bits for every thread count.
/// Thread-safe; holds no threads of its own: the caller works, helped by threads of the runtime's pool as far as it has free ones.
/// </summary>
public sealed class Workers
{
    /// <summary>Sets the number of threads.</summary>
    /// <param name="threads">Threads a loop may use; 0 means all processors.</param>
    public Workers(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>Threads a loop may use.</summary>
    public int Threads { get; }

    /// <summary>Runs <paramref name="body"/> once for each block [start, end) of 0..length.</summary>
    /// <param name="length">Items; 0 runs nothing.</param>
    /// <param name="blockSize">Items a block, at least 1; the last block may be shorter.</param>
    /// <param name="body">Called with block number, start and end; blocks run in any order, each once. The first exception that it throws stops the loop and is thrown on.</param>
    public void For(int length, int blockSize, Action<int, int, int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        ArgumentNullException.ThrowIfNull(body);
        int blocks = BlockCount(length, blockSize);
        if (blocks <= 1 || Threads == 1)
        {
            for (int b = 0; b < blocks; b++)
            {
                body(b, b * blockSize, Math.Min(length, (b + 1) * blockSize));
            }

            return;
        }

        new ParallelLoop(length, blockSize, blocks, Math.Min(Threads, blocks), body).Run();
    }

    /// <summary>Blocks that <see cref="For"/> makes: one partial sum each for reductions, added in block order.</summary>
    /// <param name="length">Items.</param>
    /// <param name="blockSize">Items a block.</param>
    /// <returns>The number of blocks.</returns>
    public static int BlockCount(int length, int blockSize) => (int)(((long)length + blockSize - 1) / blockSize);
}
