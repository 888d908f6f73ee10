using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SparseRefine.Batch;

/// <summary>
/// Hands the photos of a source to the stages, several at a time, but last and one at a time those that may be too much for the machine: photos that an earlier run was killed
/// over, and photos that memory or threads were missing for. Where the source waits for further photos, they take their turn meanwhile.
/// </summary>
/// <param name="source">The photos.</param>
/// <param name="work">The photos in work.</param>
/// <param name="next">Where they go.</param>
/// <param name="releaseMemory">Called before a photo is tried alone.</param>
internal sealed class PhotoFeed(IWorkSource source, PhotosInWork work, ChannelWriter<WorkItem> next, Action releaseMemory)
{
    // A machine without memory for anything must not make the whole list wait in memory.
    private const int MostTroubled = 16;

    private readonly ConcurrentQueue<WorkItem> _last = new();
    private int _troubled;
    private MachineTrouble? _trouble;

    /// <summary>What the machine did not give to a photo that was in work alone; null where nothing was missing.</summary>
    public MachineTrouble? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Hands out photos until the source ends, or until one was too much for the machine by itself.</summary>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task Run(CancellationToken stop)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using IAsyncEnumerator<WorkItem> items = source.Items(waiting.Token).GetAsyncEnumerator(waiting.Token);
        while (Trouble is null)
        {
            Task<bool> found = items.MoveNextAsync().AsTask();
            await Task.WhenAny(found, work.Idle).ConfigureAwait(false);
            if (!found.IsCompleted)
            {
                await GiveLast(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (Trouble is not null)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                await ((Task)found).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            if (!await found.ConfigureAwait(false))
            {
                break;
            }

            if (work.UnfinishedTries(items.Current) > 0)
            {
                _last.Enqueue(items.Current);
            }
            else
            {
                await Give(items.Current, stop).ConfigureAwait(false);
            }

            if (Volatile.Read(ref _troubled) >= MostTroubled)
            {
                await GiveLast(stop).ConfigureAwait(false);
            }
        }

        await GiveLast(stop).ConfigureAwait(false);
    }

    /// <summary>A photo was in trouble: it is tried again alone, or, where it was alone, ends the job once the others that wait have had their turn.</summary>
    /// <param name="item">The photo, before its work has ended.</param>
    /// <param name="trouble">What was missing.</param>
    public void HoldBack(WorkItem item, MachineTrouble trouble)
    {
        if (item.IsAlone)
        {
            Interlocked.CompareExchange(ref _trouble, trouble, null);
        }
        else
        {
            Interlocked.Increment(ref _troubled);
            _last.Enqueue(item);
        }
    }

    private async Task GiveLast(CancellationToken stop)
    {
        while (true)
        {
            await work.Idle.WaitAsync(stop).ConfigureAwait(false);
            if (!_last.TryDequeue(out WorkItem item))
            {
                Volatile.Write(ref _troubled, 0);
                return;
            }

            releaseMemory();
            await Give(Judged(item), stop).ConfigureAwait(false);
        }
    }

    private WorkItem Judged(WorkItem item) => work.UnfinishedTries(item) < PhotosInWork.MostTries
        ? item with { IsAlone = true }
        : item with
        {
            Problem = $"{item.Path}: expected an end of the work on it, got the process ended {PhotosInWork.MostTries} times, the last time with nothing else in work; "
                + "give the process more memory, or leave out photos of so many pixels (--max-pixels)",
            Reason = FailureReason.Unfinished,
        };

    private async Task Give(WorkItem item, CancellationToken stop)
    {
        work.Add();
        await next.WriteAsync(item, stop).ConfigureAwait(false);
    }
}
