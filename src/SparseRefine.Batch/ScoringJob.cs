using System.Diagnostics.CodeAnalysis;
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

        // A thread that is stuck in a prediction keeps what it needs of the model alive.
        SegmentationModelOptions machine = new() { Threads = _options.Threads };
        using SegmentationModel model = _options.Open?.Invoke(machine) ?? SegmentationModel.Load(_options.Model, machine);
        using JobFolder folder = new(_options.Output, _options.Shard);
        Start(model, folder, cancellation, out Journal? journal, out IWorkSource? source, out IReadOnlyList<string> outdated);
        using (journal)
        {
            ScoringPipeline pipeline = new(_options, model, folder, journal, source, _progress, _observers, _loop, cancellation);
            return await Run(pipeline, source, Info(model, folder, source) with { Outdated = outdated }).ConfigureAwait(false);
        }
    }

    private void Start(
        SegmentationModel model,
        JobFolder folder,
        CancellationToken cancellation,
        [NotNull] out Journal? journal,
        [NotNull] out IWorkSource? source,
        out IReadOnlyList<string> outdated)
    {
        outdated = [];
        journal = null;
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
            if (_options.Resume && File.Exists(folder.JournalFile))
            {
                ThrowIfOther(JournalFile.ReadHeader(folder.JournalFile), header, folder.JournalFile);
                outdated = new JournalCheck(folder, _options.Results, _options.Verify).CutOutdated(cancellation);
                journal = Journal.Continue(folder.JournalFile, id =>
                {
                    done.Add(id);
                    foreach (string name in _options.Watch ? _options.Results.Names(id) : [])
                    {
                        reserved.Add(folder.Names.Key(name));
                    }
                });
            }

            done.Seal();
            reserved.Seal();
            source = _options.Watch
                ? new FolderWatch(_options, folder.Root, folder.Names, done, reserved)
                : WorkList.Create(InputItems.Read(_options.Inputs, folder.Root), folder.ListFile, folder.Root, folder.Names, _options.Results, _options.Shard, done, cancellation);
            journal ??= Journal.Create(folder, header);

            folder.Remember();

            // What failed before is tried again.
            File.Delete(folder.FailedFile);
        }
        catch (Exception e)
        {
            journal?.Dispose();
            folder.Discard();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException(_options.Output, "to start a job there", OneLine.Of(e.Message), e);
            }

            throw;
        }
    }

    private async Task<ScoringSummary> Run(ScoringPipeline pipeline, IWorkSource source, ScoringJobInfo info)
    {
        _loop.Tell(observer => observer.Started(info));

        _progress.Start(source.Total, source.Skipped);
        (ScoringOutcome outcome, string? message) = await pipeline.RunAsync().ConfigureAwait(false);
        _progress.Stop();
        ScoringSummary summary = new(outcome, _progress.Snapshot(), message) { PhotoRemark = pipeline.PhotoRemark };
        _loop.Tell(observer => observer.Finished(summary));
        return summary with { ObserverProblem = _loop.Problem };
    }

    private ScoringJobInfo Info(SegmentationModel model, JobFolder folder, IWorkSource source) => new()
    {
        ModelFile = _options.Model,
        ModelHash = model.Hash,
        Classes = model.Classes,
        OutputFolder = folder.Root,
        JournalFile = folder.JournalFile,
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
            throw new InvalidInputException(file, "a journal of the same job", $"one of {difference}; give another output folder, or do not resume");
        }
    }
}
