namespace SparseRefine.Batch;

/// <summary>
/// Runs work with a time limit on a thread of its own. Work that does not end in time is told to and left alone with its thread, and a new thread takes its place. One
/// caller at a time.
/// </summary>
/// <param name="name">The threads' name.</param>
/// <param name="stuck">Counts threads that were left alone.</param>
/// <param name="time">The clock that limits are measured with.</param>
internal sealed class GuardedWorker(string name, StuckThreads stuck, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private WorkerThread _thread = new(name);

    /// <summary>Runs a piece of work.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="item">The photo, for the message.</param>
    /// <param name="work">The work; its token is cancelled where it takes too long.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="onLate">Called when work that was given up ends after all, with what it made or null.</param>
    /// <returns>What it made.</returns>
    /// <exception cref="PhotoFailedException">It took too long.</exception>
    public async Task<T> Run<T>(WorkItem item, Func<CancellationToken, T> work, TimeSpan limit, Action<T?> onLate)
        where T : class
    {
        WorkerThread thread = _thread;
        CancellationTokenSource late = new();
        Task<T> running = thread.Run(() => work(late.Token));

        // In steps, and only steps count: a process or a machine that is put to sleep meanwhile wakes up with its photos not given up.
        for (TimeSpan left = limit; !running.IsCompleted && left > TimeSpan.Zero; left -= Step)
        {
            await ((Task)running).WaitAsync(left < Step ? left : Step, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (running.IsCompleted)
        {
            late.Dispose();
            return await running.ConfigureAwait(false);
        }

        stuck.Add();
        _thread = new WorkerThread(name);
        _ = running.ContinueWith(
            ended =>
            {
                onLate(ended.IsCompletedSuccessfully ? ended.Result : null);
                thread.Dispose();
                late.Dispose();
                stuck.Remove();
            },
            TaskScheduler.Default);
        late.Cancel();
        throw new PhotoFailedException(
            FailureReason.TimedOut,
            FormattableString.Invariant($"{item.Path}: expected to be done within {limit.TotalSeconds:0.##} s in {name}, got no end"));
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose() => _thread.Dispose();
}
