using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>
/// Scores photos in a way that one can start and leave alone: whatever stops it (a signal, kill -9, a full disk), the journal names exactly the photos whose files are
/// whole and durable, and the next run goes on with the others. Run it once.
/// </summary>
/// <remarks>
/// Files are written to temporary names, flushed and renamed; then their folders and the journal line are flushed. A lock keeps a second process off the same journal.
/// Memory does not grow with the number of photos but for 16 bytes each in the journal, and 16 bytes and more while they are listed.
/// </remarks>
public sealed class ScoringJob
{
    private readonly ScoringOptions _options;
    private readonly IReadOnlyList<IScoringObserver> _observers;
    private readonly ProgressCounter _progress;
    private readonly ObserverLoop _loop;
    private bool _isStarted;

    /// <summary>Makes a job; nothing is read or written yet.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="observers">Who is told about it.</param>
    /// <exception cref="ArgumentException">Inputs other than one folder where it is watched.</exception>
    public ScoringJob(ScoringOptions options, params IReadOnlyList<IScoringObserver> observers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observers);
        options.Validate();
        _options = options;
        _observers = observers;
        _loop = new ObserverLoop(observers);
        _progress = new ProgressCounter(options.TimeProvider);
    }

    /// <summary>Where the run stands. Thread-safe.</summary>
    public ScoringProgress Progress => _progress.Snapshot();

    /// <summary>Scores the photos that the journal does not have.</summary>
    /// <param name="cancellation">Stops the run in order: within <see cref="ScoringOptions.StopGrace"/>, with what was being scored in the journal.</param>
    /// <returns>How it ended; what could not be written, or too many failures, is an outcome and no exception.</returns>
    /// <exception cref="InvalidInputException">It could not start: a bad model, bad inputs, a journal of another job, another process at work.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it started.</exception>
    /// <exception cref="InvalidOperationException">It was run before.</exception>
    public async Task<ScoringSummary> RunAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _isStarted, true))
        {
            throw new InvalidOperationException("job: expected to be run once, got a second run; make another job, it goes on");
        }

        cancellation.ThrowIfCancellationRequested();

        await using JobFiles files = new(_options.OpenStore);

        // A thread that is stuck in a prediction keeps what it needs of the model alive.
        SegmentationModelOptions machine = new() { Threads = _options.Threads };
        using SegmentationModel model = _options.Open?.Invoke(machine) ?? files.OpenModel(_options.Model, machine);
        using JobFolder folder = _options.OutputStore is ObjectStore
            ? new JobFolder(_options.Workspace ?? JobWorkspace.Of(_options.OutputStore.Address, _options.Shard), _options.Shard, isPassing: true)
            : new JobFolder(_options.Output, _options.Shard);
        StoreJournal? kept = _options.OutputStore is ObjectStore store ? new StoreJournal(store, _options.Shard, folder, _options.TimeProvider) : null;
        ResultPlace place = _options.OutputStore is null ? new FolderResults(folder) : new StoreResults(_options.OutputStore, model.Hash, isNew: !_options.Resume);
        (Journal journal, IWorkSource source, IReadOnlyList<string> outdated) = await Start(model, files, folder, place, kept, cancellation).ConfigureAwait(false);
        using (journal)
        {
            ScoringPipeline pipeline = new(_options, model, files, folder, place, journal, kept, source, _progress, _observers, _loop, cancellation);
            return await Run(pipeline, journal, kept, source, Info(model, folder, kept, source) with { Outdated = outdated }).ConfigureAwait(false);
        }
    }

    private async Task<(Journal Journal, IWorkSource Source, IReadOnlyList<string> Outdated)> Start(
        SegmentationModel model, JobFiles files, JobFolder folder, ResultPlace place, StoreJournal? kept, CancellationToken cancellation)
    {
        IReadOnlyList<string> outdated = [];
        Journal? journal = null;
        IdSet done = new();
        IdSet reserved = new();
        try
        {
            JournalHeader header = new()
            {
                Model = model.Hash,
                ModelFile = _options.Model,
                Results = _options.Results,
                Shard = _options.Shard,
                Time = DateTime.UtcNow,
            };
            if (kept is not null)
            {
                await (_options.Resume
                    ? kept.FetchAsync(header, (found, name) => ThrowIfOther(found, header, name), cancellation)
                    : kept.ForgetAsync(header, cancellation)).ConfigureAwait(false);
            }

            if (_options.Resume && File.Exists(folder.JournalFile))
            {
                ThrowIfOther(JournalFile.ReadHeader(folder.JournalFile), header, folder.JournalFile);
                JournalCheck check = new(folder, _options.Results, place, files, _options.Verify);
                outdated = check.CutOutdated(cancellation);
                if (kept is not null && outdated.Count > 0)
                {
                    // First the journal: whatever it names is there.
                    await kept.RewriteAsync(cancellation).ConfigureAwait(false);
                    check.Outdated.ForEach(place.Forget);
                }

                journal = Journal.Continue(folder.JournalFile, id =>
                {
                    done.Add(id);
                    foreach (string name in _options.Watch ? _options.Results.Names(id) : [])
                    {
                        reserved.Add(place.Names.Key(name));
                    }
                });
            }

            done.Seal();
            reserved.Seal();
            string output = _options.OutputStore?.Address ?? place.Root;
            IWorkSource source = !_options.Watch
                ? WorkList.Create(InputItems.Read(_options.Inputs, output, files), folder.ListFile, place.Root, place.Names, _options.Results, _options.Shard, done, cancellation)
                : StoreAddress.IsAddress(_options.Inputs.Paths[0]) ? new StoreWatch(_options, files, place, output, done, reserved)
                : new FolderWatch(_options, place.Root, place.Names, done, reserved);
            journal ??= Journal.Create(folder, header);

            folder.Remember();

            // What failed before is tried again.
            File.Delete(folder.FailedFile);
            return (journal, source, outdated);
        }
        catch (Exception e)
        {
            journal?.Dispose();
            folder.Discard();
            // What a store or the workspace says names the place, and may pass.
            if (e is (IOException or UnauthorizedAccessException) && _options.OutputStore is null)
            {
                throw new InvalidInputException(_options.Output, "to start a job there", OneLine.Of(e.Message), e);
            }

            throw;
        }
    }

    private async Task<ScoringSummary> Run(ScoringPipeline pipeline, Journal journal, StoreJournal? kept, IWorkSource source, ScoringJobInfo info)
    {
        _loop.Tell(observer => observer.Started(info));

        _progress.Start(source.Total, source.Skipped);
        (ScoringOutcome outcome, string? message) = await pipeline.RunAsync().ConfigureAwait(false);
        _progress.Stop();
        if (kept is not null)
        {
            journal.Dispose();
            if (await kept.EndAsync(outcome is ScoringOutcome.Completed or ScoringOutcome.SomeFailed).ConfigureAwait(false) is string problem)
            {
                (outcome, message) = (ScoringOutcome.Stopped, message ?? problem);
            }
        }

        ScoringSummary summary = new(outcome, _progress.Snapshot(), message) { PhotoRemark = pipeline.PhotoRemark };
        _loop.Tell(observer => observer.Finished(summary));
        return summary with { ObserverProblem = _loop.Problem };
    }

    private ScoringJobInfo Info(SegmentationModel model, JobFolder folder, StoreJournal? kept, IWorkSource source) => new()
    {
        ModelFile = _options.Model,
        ModelHash = model.Hash,
        Classes = model.Classes,
        OutputFolder = _options.OutputStore?.Address ?? folder.Root,
        JournalFile = folder.JournalFile,
        JournalAddress = kept?.Address ?? folder.JournalFile,
        FailedFile = folder.FailedFile,
        Results = _options.Results,
        Shard = _options.Shard,
        Total = source.Total,
        Skipped = source.Skipped,
        Workers = _options.Workers,
        Time = DateTime.UtcNow,
    };

    private static void ThrowIfOther(JournalHeader found, JournalHeader expected, string file)
    {
        if (JournalMerge.Difference(found, expected) is string difference)
        {
            throw new InvalidInputException(file, "a journal of the same job", $"one of {difference}; give another output folder, or do not resume (Resume, --resume false)");
        }
    }
}
