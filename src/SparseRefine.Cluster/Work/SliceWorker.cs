using System.Diagnostics;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>
/// Works on a job's slices, one after the other, each by a <see cref="ScoringJob"/>: those that a broker deals out, or one that is named where there is no broker. A slice is done once its journal
/// is in the store, and only then acknowledged; so whatever ends a worker, nothing is lost, and as results and journals are put once, nothing is there twice. One thread at a time.
/// </summary>
/// <example>
/// <code>
/// ClusterJob job = await ClusterJob.ReadAsync(store);
/// using SliceWorker worker = await SliceWorker.OpenAsync(job, new WorkOptions { Store = store, Scratch = "/var/tmp/scratch" });
/// await using SliceQueue queue = await SliceQueue.OpenAsync(BrokerAddress.Parse("amqp://localhost"), job.Queue);
/// WorkSummary summary = await worker.RunAsync(queue);
/// </code>
/// </example>
public sealed class SliceWorker : IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1.5);

    private readonly ClusterJob _job;
    private readonly WorkOptions _options;
    private readonly WorkSlot _slot;
    private readonly string _model;

    private SliceWorker(ClusterJob job, WorkOptions options, WorkSlot slot, string model) => (_job, _options, _slot, _model) = (job, options, slot, model);

    /// <summary>Makes a worker: takes a place in the scratch folder and fetches the model.</summary>
    /// <param name="job">The job.</param>
    /// <param name="options">How to work.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The worker; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">No model in the store, one of another hash, or a scratch folder that cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read or write the store's objects.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used, and waiting does not help.</exception>
    public static async Task<SliceWorker> OpenAsync(ClusterJob job, WorkOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(options);
        WorkSlot slot = WorkSlot.Take(options.Scratch);
        try
        {
            StoreWait wait = new(line => options.Tell?.Invoke(line));

            // A slice that is scored and cannot be put would be scored again and again.
            await wait.TryAsync(token => StoreTrial.RunAsync(options.Store, token), cancellation).ConfigureAwait(false);
            return new SliceWorker(job, options, slot, await wait.TryAsync(token => ModelCache.GetAsync(options.Store, job.Model, options.Scratch, token), cancellation).ConfigureAwait(false));
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    /// <summary>Works on a slice that is named, as by the index of a Kubernetes or Slurm job.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="cancellation">Ends the work within ten seconds; what was scored is kept for the next call.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="InvalidInputException">A list that vanished or is none, or a slice of another job.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read or write the store's objects.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used, and waiting does not help.</exception>
    public async Task<SliceEnd> RunAsync(Shard slice, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (slice.Count != _job.Slices)
        {
            throw new InvalidInputException($"slice {slice}", $"one of {_job.Slices}", $"one of {slice.Count}");
        }

        using Activity? span = ClusterInstruments.StartWork(new SliceMessage($"{slice}", "", _job.Model, _job.Job), null);
        return await RunAsync(slice, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Works on slices that a broker deals out, until it is cancelled or has been idle for <see cref="WorkOptions.MaxIdle"/>.</summary>
    /// <param name="queue">The job's queue.</param>
    /// <param name="cancellation">Ends the work within ten seconds: the slice in work goes back, with what was scored kept.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InvalidInputException">The queue is gone, or the model cannot be used; the slice went back.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read or write the store's objects; the slice went back.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used, and waiting does not help; the slice went back.</exception>
    public async Task<WorkSummary> RunAsync(SliceQueue queue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        WorkSummary summary = new();
        SliceFeed feed = new(queue, _options.MaxIdle, cancellation);
        try
        {
            while (await feed.NextAsync().ConfigureAwait(false) is TakenSlice taken)
            {
                summary = summary.Plus(await SettleAsync(taken, cancellation).ConfigureAwait(false));
                cancellation.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return summary with { IsCancelled = true };
        }
        finally
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }

        return summary;
    }

    /// <summary>Gives the place in the scratch folder free.</summary>
    public void Dispose() => _slot.Dispose();

    private async Task<SliceEnd> SettleAsync(TakenSlice taken, CancellationToken cancellation)
    {
        SliceMessage message;
        try
        {
            message = SliceMessage.Parse(taken.Body.Span);
            if (message.Job != _job.Job || message.Shard.Count != _job.Slices || message.Model != _job.Model)
            {
                throw new InvalidInputException("message", $"a slice of job {_job.Job}, {_job.Slices} slices, model {_job.Model}", $"{message.Slice} of job {message.Job}, model {message.Model}");
            }
        }
        catch (InvalidInputException e)
        {
            return await LayAsideAsync(taken, "message", e).ConfigureAwait(false);
        }

        using Activity? span = ClusterInstruments.StartWork(message, taken.TraceParent);
        SliceEnd end;
        try
        {
            end = await RunAsync(message.Shard, message.List, cancellation).ConfigureAwait(false);
        }
        catch (InvalidInputException e) when (!IsOwn(e))
        {
            return await LayAsideAsync(taken, $"slice {message.Slice}", e).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidInputException or UnauthorizedAccessException or IOException)
        {
            // Another worker may have the rights, or room in its scratch folder.
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            await GiveBackAsync(taken).ConfigureAwait(false);
            throw;
        }

        if (end.Outcome == SliceOutcome.GivenBack)
        {
            await GiveBackAsync(taken).ConfigureAwait(false);
        }
        else
        {
            await taken.AcknowledgeAsync().ConfigureAwait(false);
        }

        return end;
    }

    private async Task<SliceEnd> RunAsync(Shard slice, string? list, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        SliceEnd end = await new SliceRun(_options, _job, slice, _slot, _model).RunAsync(list, cancellation).ConfigureAwait(false);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        ClusterInstruments.Ended(
            end.Outcome switch { SliceOutcome.Done => "done", SliceOutcome.There => "there", SliceOutcome.GivenBack => "given_back", _ => "laid_aside" }, time);
        _options.Tell?.Invoke(end.Outcome switch
        {
            SliceOutcome.Done => FormattableString.Invariant($"slice {slice}: {end.Scored} scored, {end.Failed} failed in {time.TotalSeconds:0.0} s"),
            SliceOutcome.There => $"slice {slice}: was done",
            _ => $"slice {slice}: given back ({end.Message}), {end.Scored} scored photos are kept",
        });
        return end;
    }

    private async Task<SliceEnd> LayAsideAsync(TakenSlice taken, string name, InvalidInputException e)
    {
        string reason = ClusterText.OneLine(e.Message);
        await taken.LayAsideAsync(reason).ConfigureAwait(false);
        ClusterInstruments.Ended("laid_aside", TimeSpan.Zero);
        _options.Tell?.Invoke($"{name}: laid aside: {reason}");
        return new SliceEnd(SliceOutcome.LaidAside, 0, 0, reason);
    }

    // Cut short: where broker or way are gone, the broker deals the slice out again by itself.
    private static async Task GiveBackAsync(TakenSlice taken)
    {
        using CancellationTokenSource soon = new(LastWords);
        try
        {
            await taken.GiveBackAsync(soon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    // Trouble of this worker's place or model, not of the slice.
    private bool IsOwn(InvalidInputException e) =>
        e.InputSource.Contains(_model, StringComparison.Ordinal) || e.InputSource.Contains(_slot.Workspace, StringComparison.Ordinal);
}
