using System.Runtime.ExceptionServices;

namespace SparseRefine.Kernels;

/// <summary>
/// One run of <see cref="Workers.For"/>. Each thread has its own stretch of neighbouring blocks, so that memory streams past it, and takes blocks
/// from the other stretches when its own is done. A helper that the pool starts too late finds nothing to do.
/// </summary>
internal sealed class ParallelLoop : IThreadPoolWorkItem
{
    // Counters stand a cache line apart.
    private const int Spacing = 16;

    private readonly int _length;
    private readonly int _blockSize;
    private readonly int _blocks;
    private readonly int _threads;
    private readonly Action<int, int, int> _body;
    private readonly int[] _next;
    private int _joined;
    private int _done;
    private ExceptionDispatchInfo? _failure;

    public ParallelLoop(int length, int blockSize, int blocks, int threads, Action<int, int, int> body)
    {
        _length = length;
        _blockSize = blockSize;
        _blocks = blocks;
        _threads = threads;
        _body = body;
        _next = new int[threads * Spacing];
        for (int t = 0; t < threads; t++)
        {
            _next[t * Spacing] = FirstOf(t);
        }
    }

    public void Run()
    {
        for (int t = 1; t < _threads; t++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Execute();
        SpinWait wait = default;
        while (Volatile.Read(ref _done) < _blocks)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _failure?.Throw();
    }

    public void Execute()
    {
        int own = Interlocked.Increment(ref _joined) - 1;
        for (int t = 0; t < _threads; t++)
        {
            int stretch = (own + t) % _threads;
            int end = FirstOf(stretch + 1);
            ref int next = ref _next[stretch * Spacing];
            while (Volatile.Read(ref next) < end)
            {
                int block = Interlocked.Increment(ref next) - 1;
                if (block < end)
                {
                    RunBlock(block);
                }
            }
        }
    }

    private void RunBlock(int block)
    {
        try
        {
            if (_failure == null)
            {
                int start = block * _blockSize;
                _body(block, start, (int)Math.Min(_length, (long)start + _blockSize));
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        }
        finally
        {
            Interlocked.Increment(ref _done);
        }
    }

    private int FirstOf(int stretch) => (int)((long)_blocks * stretch / _threads);
}
