namespace SparseRefine.Kernels;

/// <summary>
/// Splits loops over a fixed number of threads. Work is cut into blocks whose borders depend only on the loop's length
/// and block size, never on the number of threads, so results are the same bits for every thread count.
/// Thread-safe; owns no threads: the calling thread works too, together with threads of the runtime's pool.
/// </summary>
/// <remarks>
/// The engine's constants named <c>Block...</c> are such block sizes. A block should take tens of microseconds or more, long against the fraction of a
/// microsecond that taking a block costs, and a photo should give several blocks to each thread. They are constants, because a sum over blocks has other
/// last bits with other blocks.
/// </remarks>
public sealed class Workers
{
    // The loop object to use next. Usually one loop runs at a time; a loop that finds null here, because another runs, makes its own object.
    private BlockLoop? _idle;

    /// <summary>Sets the number of threads.</summary>
    /// <param name="threads">Threads a loop may use; 0 means all processors.</param>
    public Workers(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>Threads a loop may use, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>Runs <paramref name="body"/> once for each block [start, end) of 0..length.</summary>
    /// <param name="length">Items; 0 runs nothing.</param>
    /// <param name="blockSize">Items a block, at least 1; the last block may be shorter.</param>
    /// <param name="body">
    /// Called with block number, start and end; blocks run in any order, each once. What it throws first is thrown here once all threads
    /// have left the loop; blocks that had not begun by then are left out.
    /// </param>
    public void For(int length, int blockSize, Action<int, int, int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        For(length, blockSize, new DelegateBody(body));
    }

    /// <summary>
    /// Blocks that <see cref="For(int, int, Action{int, int, int})"/> makes. A reduction keeps a partial sum for each and adds them in block order, so that
    /// its bits do not depend on the threads.
    /// </summary>
    /// <param name="length">Items.</param>
    /// <param name="blockSize">Items a block.</param>
    /// <returns>The number of blocks.</returns>
    public static int BlockCount(int length, int blockSize) => (int)(((long)length + blockSize - 1) / blockSize);

    /// <summary>The same loop over an object instead of a delegate; allocates nothing once a loop has run before.</summary>
    internal void For(int length, int blockSize, IBlockBody body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        int blocks = BlockCount(length, blockSize);
        if (blocks <= 1 || Threads == 1)
        {
            for (int b = 0; b < blocks; b++)
            {
                body.Run(b, b * blockSize, (int)Math.Min(length, (b + 1L) * blockSize));
            }

            return;
        }

        BlockLoop loop = Interlocked.Exchange(ref _idle, null) ?? new BlockLoop();
        try
        {
            loop.Run(body, length, blockSize, Threads - 1);
        }
        finally
        {
            Volatile.Write(ref _idle, loop);
        }
    }

    private sealed class DelegateBody(Action<int, int, int> body) : IBlockBody
    {
        public void Run(int block, int start, int end) => body(block, start, end);
    }
}
