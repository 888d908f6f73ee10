using System.Text;
using System.Text.Json;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Cluster;

/// <summary>A slice at a worker: its list from the store, then a <see cref="ScoringJob"/> that puts results and journal there. Used once.</summary>
/// <param name="options">How the worker works.</param>
/// <param name="job">The job.</param>
/// <param name="slice">The slice.</param>
/// <param name="slot">The worker's place.</param>
/// <param name="modelFile">The model, checked.</param>
internal sealed class SliceRun(WorkOptions options, ClusterJob job, Shard slice, WorkSlot slot, string modelFile)
{
    // Within the ten seconds that workers have to end: what is with the models is finished, then store and broker are told. A store that does not answer is not waited for.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly StoreWait _wait = new(line => options.Tell?.Invoke($"slice {slice}: {line}"));

    /// <summary>Runs the slice.</summary>
    /// <param name="listHash">SHA-256 of its list; null where nobody told.</param>
    /// <param name="cancellation">Ends the work within ten seconds, with what was scored kept.</param>
    /// <returns>How it ended; given back where it was cancelled or took too long.</returns>
    /// <exception cref="InvalidInputException">A list that vanished or is none: no worker can do the slice.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read the store's objects.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used, and waiting does not help.</exception>
    public async Task<SliceEnd> RunAsync(string? listHash, CancellationToken cancellation)
    {
        using CancellationTokenSource hold = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        hold.CancelAfter(options.MaxHold);
        long scored = 0;
        try
        {
            if (await _wait.TryAsync(token => options.Store.FindAsync(JobKeys.Journal(slice), token), hold.Token).ConfigureAwait(false) is not null)
            {
                return new SliceEnd(SliceOutcome.There, 0, 0);
            }

            slot.Begin(job.Job, slice);
            await File.WriteAllBytesAsync(slot.ListFile, await ListAsync(listHash, hold.Token).ConfigureAwait(false), hold.Token).ConfigureAwait(false);
            for (long told = -1; ;)
            {
                ScoringSummary summary = await ScoreAsync(hold.Token).ConfigureAwait(false);
                scored = summary.Progress.Done + summary.Progress.Skipped;
                if (summary.Outcome is ScoringOutcome.Completed or ScoringOutcome.SomeFailed)
                {
                    slot.Clear();
                    return new SliceEnd(SliceOutcome.Done, scored, summary.Progress.Failed);
                }

                hold.Token.ThrowIfCancellationRequested();

                // What the job itself cannot go on with, as a full disk or a store that does not answer, is no fault of the slice. Each try meets it at another photo's file: it is told once
                // until more photos are scored.
                if (scored > told)
                {
                    options.Tell?.Invoke($"slice {slice}: waits: {summary.Message}");
                    told = scored;
                }

                await Task.Delay(RetryPause, hold.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (hold.IsCancellationRequested && e is OperationCanceledException or TimeoutException)
        {
            string why = cancellation.IsCancellationRequested ? "asked to end" : $"not done within {options.MaxHold.TotalMinutes:0.#} minutes";
            return new SliceEnd(SliceOutcome.GivenBack, scored, 0, e is TimeoutException ? $"{why}, with the store away" : why);
        }
    }

    private async Task<ScoringSummary> ScoreAsync(CancellationToken cancellation)
    {
        ScoringOptions scoring = new()
        {
            Model = job.ModelFile,
            Open = machine => options.Open?.Invoke(modelFile, machine) ?? SegmentationModel.Load(modelFile, machine),
            OpenStore = options.OpenStore,
            Output = options.Store.Address,
            OutputStore = options.Store,
            Workspace = slot.Workspace,
            Inputs = new ScoringInputs { List = slot.ListFile },
            Results = job.Results,
            Shard = slice,
            Workers = options.Workers,
            Threads = options.Threads,
            TimeLimit = options.TimeLimit,
            MaxPixels = options.MaxPixels,
            StopGrace = StopGrace,
        };
        Task<ScoringSummary> run = _wait.TryAsync(token => new ScoringJob(scoring).RunAsync(token), cancellation);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellation.Register(stopped.SetResult);
        await Task.WhenAny(run, stopped.Task).ConfigureAwait(false);
        return await run.WaitAsync(LastWords, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<byte[]> ListAsync(string? hash, CancellationToken cancellation)
    {
        byte[] list = await _wait.TryAsync(token => SliceLists.ReadAsync(options.Store, slice, hash, token), cancellation).ConfigureAwait(false);
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (!IsOfSlice(line))
            {
                throw new InvalidInputException($"{options.Store.AddressOf(JobKeys.List(slice))}, line {number}", $"a photo of slice {slice}, with id and path", "another text");
            }
        }

        return list;
    }

    private bool IsOfSlice(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 2 });
            return json.RootElement.GetProperty("id").GetString() is string id && slice.Has(id);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
