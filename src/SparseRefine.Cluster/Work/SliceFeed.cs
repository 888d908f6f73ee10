using System.Diagnostics;

namespace SparseRefine.Cluster;

/// <summary>The slices that a queue deals out, until none came for long enough; tells the meters meanwhile what waits. For one caller.</summary>
internal sealed class SliceFeed : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CountPause = TimeSpan.FromSeconds(15);

    private readonly SliceQueue _queue;
    private readonly TimeSpan? _maxIdle;
    private readonly CancellationTokenSource _reading;
    private readonly IAsyncEnumerator<TakenSlice> _slices;

    /// <summary>Begins to take slices.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="maxIdle">How long no slice may come; null: for ever.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public SliceFeed(SliceQueue queue, TimeSpan? maxIdle, CancellationToken cancellation)
    {
        (_queue, _maxIdle) = (queue, maxIdle);
        _reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _slices = queue.TakeAsync(_reading.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Waits for the next slice. Time without a connection does not count as idle: nobody knows then whether slices wait.</summary>
    /// <returns>The slice; null where none came for long enough.</returns>
    /// <exception cref="InvalidInputException">The queue is gone, or there is no right to read it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TakenSlice?> NextAsync()
    {
        Task<bool> next = _slices.MoveNextAsync().AsTask();
        long idle = Stopwatch.GetTimestamp();
        long counted = idle;
        while (!next.IsCompleted)
        {
            await ((Task)next).WaitAsync(Look).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next.IsCompleted)
            {
                break;
            }

            if (!_queue.IsConnected)
            {
                idle = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(counted) > CountPause)
            {
                await CountAsync().ConfigureAwait(false);
                counted = Stopwatch.GetTimestamp();
            }

            if (_maxIdle is TimeSpan most && Stopwatch.GetElapsedTime(idle) >= most)
            {
                await _reading.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return null;
            }
        }

        bool isTaken = await next.ConfigureAwait(false);
        await CountAsync().ConfigureAwait(false);
        return isTaken ? _slices.Current : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _slices.DisposeAsync().ConfigureAwait(false);
        _reading.Dispose();
    }

    private async Task CountAsync()
    {
        try
        {
            if (await _queue.CountAsync(_reading.Token).ConfigureAwait(false) is QueueCounts counts)
            {
                ClusterInstruments.Queue(counts);
            }
        }
        catch (InvalidInputException)
        {
            // A meter that cannot be read stops no work.
        }
    }
}
