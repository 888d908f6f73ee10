using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace SparseRefine.Kernels;

/// <summary>
/// One loop over blocks that a caller and some helpers share, usable again and again. Helpers are queued to the runtime's thread pool; the
/// caller never waits for one that has not begun, so a busy pool costs speed only. A helper that comes late finds no seat, or a seat in
/// the next loop, where it is as good as any other. A helper whose loop is done looks out for the next one for a moment: waking a thread takes
/// longer than many a loop. Each thread has its own stretch of neighbouring blocks, so that memory streams past it, and
/// takes blocks of other stretches when its own is done.
/// </summary>
internal sealed class BlockLoop : IThreadPoolWorkItem
{
    private const int Working = 1 << 16;

    // A millisecond: gaps between two loops of one computation are shorter.
    private static readonly long Patience = Stopwatch.Frequency / 1_000;

    // Counters stand a cache line apart.
    private const int Spacing = 16;

    private readonly object _gate = new();
    private IBlockBody? _body;
    private int _length;
    private int _blockSize;
    private int _blocks;
    private int[] _next = []; // of each stretch
    private int _stretches;
    private int _joined;
    private int _queued; // helpers that will look for a seat: on the pool's queue, or looking out
    private ExceptionDispatchInfo? _failure;

    // Low half: seats that helpers may still take. High half: helpers at work. The caller empties the seats when no block is left.
    private int _seats;

    /// <summary>Runs all blocks; returns when no thread touches the body any more. One call at a time.</summary>
    public void Run(IBlockBody body, int length, int blockSize, int helpers)
    {
        _body = body;
        _length = length;
        _blockSize = blockSize;
        _blocks = Workers.BlockCount(length, blockSize);
        _failure = null;
        int seats = Math.Min(Math.Min(helpers, _blocks - 1), Working - 1);
        _joined = 0;
        _stretches = seats + 1;
        if (_next.Length < _stretches * Spacing)
        {
            _next = new int[_stretches * Spacing];
        }

        for (int i = 0; i < _stretches; i++)
        {
            _next[i * Spacing] = FirstOf(i);
        }

        Interlocked.Exchange(ref _seats, seats); // publishes all of the above
        for (int i = Volatile.Read(ref _queued); i < seats; i++)
        {
            Interlocked.Increment(ref _queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work();
        if (Interlocked.And(ref _seats, ~(Working - 1)) >= Working)
        {
            WaitForHelpers();
        }

        _body = null;
        _failure?.Throw();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // Whoever is no longer counted looks once more: a caller that still counted on it has offered its seat before.
        Interlocked.Decrement(ref _queued);
        while (TryWork())
        {
            Interlocked.Increment(ref _queued);
            long end = Stopwatch.GetTimestamp() + Patience;
            while ((Volatile.Read(ref _seats) & (Working - 1)) == 0 && Stopwatch.GetTimestamp() < end)
            {
                Thread.SpinWait(8);
            }

            Interlocked.Decrement(ref _queued);
        }
    }

    private bool TryWork()
    {
        for (int seats = Volatile.Read(ref _seats); (seats & (Working - 1)) != 0;)
        {
            int seen = Interlocked.CompareExchange(ref _seats, seats - 1 + Working, seats);
            if (seen == seats)
            {
                Work();
                Leave();
                return true;
            }

            seats = seen;
        }

        return false;
    }

    private void Work()
    {
        int own = Interlocked.Increment(ref _joined) - 1;
        try
        {
            for (int i = 0; i < _stretches; i++)
            {
                int stretch = (own + i) % _stretches;
                int end = FirstOf(stretch + 1);
                ref int next = ref _next[stretch * Spacing];
                for (int b = Interlocked.Increment(ref next) - 1; b < end; b = Interlocked.Increment(ref next) - 1)
                {
                    _body!.Run(b, b * _blockSize, (int)Math.Min(_length, (b + 1L) * _blockSize));
                }
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            for (int i = 0; i < _stretches; i++)
            {
                Interlocked.Exchange(ref _next[i * Spacing], _blocks);
            }
        }
    }

    private int FirstOf(int stretch) => (int)((long)_blocks * stretch / _stretches);

    private void Leave()
    {
        if (Interlocked.Add(ref _seats, -Working) == 0)
        {
            lock (_gate)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    // A helper has at most one block left, which mostly takes less time than going to sleep and being woken.
    private void WaitForHelpers()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _seats) != 0)
        {
            if (!spin.NextSpinWillYield)
            {
                spin.SpinOnce();
                continue;
            }

            lock (_gate)
            {
                while (Volatile.Read(ref _seats) != 0)
                {
                    Monitor.Wait(_gate);
                }
            }
        }
    }
}
