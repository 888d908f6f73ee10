namespace SparseRefine.Batch;

/// <summary>
/// Runs work with a time limit on a thread and a state of its own. Work that does not end in time is left alone with both, and new ones take their place. One caller at
/// a time.
/// </summary>
/// <typeparam name="TState">What the work needs and no other thread may use.</typeparam>
/// <param name="name">The threads' name.</param>
/// <param name="create">Makes the state.</param>
/// <param name="stuck">Counts threads that were left alone.</param>
internal sealed class GuardedWorker<TState>(string name, Func<TState> create, StuckThreads stuck) : IDisposable
    where TState : class
{
    private WorkerThread _thread = new(name);
    private TState? _state;

    /// <summary>Runs a piece of work.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="item">The image, for the message.</param>
    /// <param name="work">The work.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="onLate">Called when work that was given up ends after all, with what it made or null.</param>
    /// <returns>What it made.</returns>
    /// <exception cref="ImageFailedException">It took too long.</exception>
    public async Task<T> Run<T>(WorkItem item, Func<TState, T> work, TimeSpan limit, Action<T?> onLate)
        where T : class
    {
        Task<T> running = _thread.Run(() => work(_state ??= create()));
        try
        {
            return await running.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            stuck.Add();
            WorkerThread left = _thread;
            TState? leftState = _state;
            _thread = new WorkerThread(name);
            _state = null;
            _ = running.ContinueWith(
                late =>
                {
                    onLate(late.IsCompletedSuccessfully ? late.Result : null);
                    (leftState as IDisposable)?.Dispose();
                    left.Dispose();
                    stuck.Remove();
                },
                TaskScheduler.Default);
            throw new ImageFailedException(
                FailureReason.TimedOut,
                FormattableString.Invariant($"{item.Path}: expected to be done within {limit.TotalSeconds:0.##} s in {name}, got no end"));
        }
    }

    /// <summary>Ends the thread, and the state with it.</summary>
    public void Dispose()
    {
        (_state as IDisposable)?.Dispose();
        _thread.Dispose();
    }
}
