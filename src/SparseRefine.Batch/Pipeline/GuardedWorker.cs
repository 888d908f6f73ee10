namespace SparseRefine.Batch;

/// <summary>
/// Runs work with a time limit on a thread and a state of its own. Work that does not end in time is left alone with both, and new ones take their place. One caller at
/// a time.
/// </summary>
/// <typeparam name="TState">What the work needs and no other thread may use.</typeparam>
/// <param name="name">The threads' name.</param>
/// <param name="create">Makes the state.</param>
/// <param name="stuck">Counts threads that were left alone.</param>
/// <param name="time">The clock that limits are measured with.</param>
internal sealed class GuardedWorker<TState>(string name, Func<TState> create, StuckThreads stuck, TimeProvider time) : IDisposable
    where TState : class
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private Place _place = new(name);

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
        Place place = _place;
        Task<T> running = place.Thread.Run(() => work(place.State ??= create()));

        // In steps, and only steps count: a process or a machine that is put to sleep meanwhile wakes up with its images not given up.
        for (TimeSpan left = limit; !running.IsCompleted && left > TimeSpan.Zero; left -= Step)
        {
            await ((Task)running).WaitAsync(left < Step ? left : Step, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (running.IsCompleted)
        {
            return await running.ConfigureAwait(false);
        }

        stuck.Add();
        _place = new Place(name);
        _ = running.ContinueWith(
            late =>
            {
                onLate(late.IsCompletedSuccessfully ? late.Result : null);
                place.Dispose();
                stuck.Remove();
            },
            TaskScheduler.Default);
        throw new ImageFailedException(
            FailureReason.TimedOut,
            FormattableString.Invariant($"{item.Path}: expected to be done within {limit.TotalSeconds:0.##} s in {name}, got no end"));
    }

    /// <summary>Ends the thread, and the state with it.</summary>
    public void Dispose() => _place.Dispose();

    // A thread and what belongs to it: work that was given up keeps both to itself.
    private sealed class Place(string name) : IDisposable
    {
        public WorkerThread Thread { get; } = new(name);

        public TState? State { get; set; }

        public void Dispose()
        {
            (State as IDisposable)?.Dispose();
            Thread.Dispose();
        }
    }
}
