using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace SparseRefine.Kernels;

/// <summary>
/// One loop over blocks that the calling thread and its helpers share; the object serves one loop after the other. A <em>helper</em> is a thread
/// of the runtime's pool that runs <see cref="Execute"/>. A <em>seat</em> is the right of one helper to take part in the loop that runs now:
/// <see cref="Run"/> offers seats, a helper takes one before it touches the body, and Run withdraws the seats nobody took once no block is left.
/// A <em>stretch</em> is a run of neighbouring blocks, one for each thread that may take part.
/// </summary>
/// <remarks>
/// The caller waits only for helpers that took a seat, so a pool whose threads are all busy makes the loop slower and never stops it. A helper that
/// starts after its loop has ended finds no seat and leaves, or finds a seat of the next loop and works there. A helper whose loop has ended
/// spins for a millisecond until the next loop offers seats, because waking a thread takes longer than many a loop. A thread works through a stretch
/// of its own first, so that it reads memory in order, and then takes blocks that are left in the other stretches.
/// </remarks>
internal sealed class BlockLoop : IThreadPoolWorkItem
{
    // One helper at work, in the high half of _seats.
    private const int Working = 1 << 16;

    // How long a helper spins for the next loop: one millisecond, longer than the gaps between the loops of one computation.
    private static readonly long Patience = Stopwatch.Frequency / 1_000;

    // Ints from one stretch's counter to the next: 64 bytes, a cache line, so that threads do not write to one line.
    private const int Spacing = 16;

    private readonly object _gate = new();
    private IBlockBody? _body;
    private int _length;
    private int _blockSize;
    private int _blocks;
    private int[] _next = []; // [stretches, Spacing], the first of each row used: the stretch's next block
    private int _stretches;
    private int _joined; // threads that took part in this loop so far, the caller among them
    private int _counted; // helpers that are certain to look for a seat: those queued to the pool and those that spin
    private ExceptionDispatchInfo? _failure;

    // Low half: seats that helpers may still take. High half: helpers at work. Run sets the low half to 0 when no block is left.
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
        for (int i = Volatile.Read(ref _counted); i < seats; i++)
        {
            Interlocked.Increment(ref _counted);
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
        // A helper leaves the count before it looks for a seat. Run publishes its seats before it reads the count, so a Run that still counted
        // this helper, and queued none in its place, has offered seats that the helper is going to see.
        Interlocked.Decrement(ref _counted);
        while (TryWork())
        {
            Interlocked.Increment(ref _counted);
            long end = Stopwatch.GetTimestamp() + Patience;
            while ((Volatile.Read(ref _seats) & (Working - 1)) == 0 && Stopwatch.GetTimestamp() < end)
            {
                Thread.SpinWait(8);
            }

            Interlocked.Decrement(ref _counted);
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

    // Each helper at work has at most one block left, which mostly takes less time than putting this thread to sleep and waking it.
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
