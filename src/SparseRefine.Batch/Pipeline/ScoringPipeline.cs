using System.Threading.Channels;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// The stages of a run and the bounded queues between them: list, decode, score, write, journal, tell the observers. When a run is stopped the list ends, what waits is dropped, and what is
/// with the models, on its way to the disk or to the journal is finished. Used once.
/// </summary>
internal sealed class ScoringPipeline
{
    // Photos in one flush of the journal.
    private const int JournalBatch = 16;

    private readonly ScoringOptions _options;
    private readonly SegmentationModel _model;
    private readonly PhotoScorer _scorer;
    private readonly JobFolder _folder;
    private readonly PhotoDecoder _decoder;
    private readonly Journal _journal;
    private readonly ProgressCounter _progress;
    private readonly ObserverLoop _observers;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<WorkItem> _listed;
    private readonly Channel<DecodedPhoto> _decoded;
    private readonly Channel<ScoredWork> _scored;
    private readonly Channel<WrittenWork> _written;
    private readonly Channel<WrittenWork> _recorded;
    private readonly string[] _folders;
    private readonly StuckThreads _stuck = new();
    private Journal? _failures;
    private IWorkSource? _source;
    private Exception? _error;
    private bool _isDropped;
    private bool _isOverFailures;

    public ScoringPipeline(
        ScoringOptions options,
        SegmentationModel model,
        JobFolder folder,
        Journal journal,
        ProgressCounter progress,
        IReadOnlyList<IScoringObserver> observers,
        ObserverLoop loop,
        CancellationToken cancellation)
    {
        _options = options;
        _model = model;
        _scorer = new PhotoScorer(model, observers.Aggregate(
            options.Results.Mask ? RefinementParts.Selection : RefinementParts.None, (parts, observer) => parts | observer.Parts));
        _folder = folder;
        _journal = journal;
        _progress = progress;
        _observers = loop;
        _folders = [.. options.Inputs.Paths.Where(Directory.Exists)];
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _listed = Channel.CreateBounded<WorkItem>(options.Workers * 2);
        _decoded = Channel.CreateBounded<DecodedPhoto>(options.Workers);
        _scored = Channel.CreateBounded<ScoredWork>(options.Workers);
        _decoder = new PhotoDecoder(options.MaxPixels);
        _written = Channel.CreateBounded<WrittenWork>(options.Workers * 2);
        _recorded = Channel.CreateBounded<WrittenWork>(options.Workers);
        progress.Queues = () => new(_decoded.Reader.Count, _scored.Reader.Count, _written.Reader.Count);
    }

    /// <summary>What the first photo with further pages has beyond its image; null for none so far.</summary>
    public string? PhotoRemark => _decoder.Remark;

    /// <summary>Runs the stages.</summary>
    /// <param name="source">The photos.</param>
    /// <returns>How it ended, and what stopped it.</returns>
    public async Task<(ScoringOutcome Outcome, string? Message)> RunAsync(IWorkSource source)
    {
        _source = source;
        Task all = Task.WhenAll(
            Stage(1, List, _listed.Writer),
            Stage(_options.Workers, Decode, _decoded.Writer),
            Stage(_options.Workers, Score, _scored.Writer),
            Stage(_options.Workers, Write, _written.Writer),
            Stage(1, Record, _recorded.Writer),
            Stage<WrittenWork>(1, () => _observers.Run(_recorded.Reader), null));
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (_stop.Token.Register(stopped.SetResult).ConfigureAwait(false))
        {
            await Task.WhenAny(all, stopped.Task).ConfigureAwait(false);
        }

        try
        {
            await all.WaitAsync(_options.StopGrace, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _isDropped = true;
        }

        return Outcome();
    }

    private (ScoringOutcome, string?) Outcome()
    {
        if (_error is not null)
        {
            return (ScoringOutcome.Stopped, Describe(_error));
        }

        if (_isOverFailures)
        {
            return (ScoringOutcome.TooManyFailures, $"expected at most {_options.MaxFailures} failed photos, got {_progress.Failed}");
        }

        return (_isDropped ? ScoringOutcome.Cancelled : _progress.Failed > 0 ? ScoringOutcome.SomeFailed : ScoringOutcome.Completed, null);
    }

    // Several loops on the runtime's threads; when the last one ends, so does the queue behind them.
    private async Task Stage<T>(int loops, Func<Task> loop, ChannelWriter<T>? next)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, loops).Select(_ => Task.Run(loop))).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Stop(e);
        }
        finally
        {
            next?.Complete();
        }
    }

    private async Task List()
    {
        try
        {
            await foreach (WorkItem item in _source!.Items(_stop.Token).ConfigureAwait(false))
            {
                await _listed.Writer.WriteAsync(item, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _isDropped = true;
        }
    }

    private async Task Decode()
    {
        using GuardedWorker worker = new("decoding", _stuck, _options.TimeProvider);
        await foreach (WorkItem item in _listed.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
            {
                _isDropped = true;
                continue;
            }

            StageClock clock = new(item);
            try
            {
                if (item.Problem is string problem)
                {
                    throw new PhotoFailedException(FailureReason.Refused, problem);
                }

                DecodedPhoto photo = await worker.Run(
                    item, () => _decoder.Decode(clock), _options.TimeLimit, late => late?.Dispose()).ConfigureAwait(false);
                await _decoded.Writer.WriteAsync(photo).ConfigureAwait(false);
            }
            catch (PhotoFailedException e)
            {
                await Fail(clock, e).ConfigureAwait(false);
            }
        }
    }

    private async Task Score()
    {
        using GuardedWorker worker = new("scoring", _stuck, _options.TimeProvider);
        await foreach (DecodedPhoto photo in _decoded.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
            {
                _isDropped = true;
                photo.Dispose();
                continue;
            }

            WorkItem item = photo.Clock.Item;
            try
            {
                TimeSpan limit = _options.TimeLimit - TimeSpan.FromMilliseconds(photo.Clock.Total);
                ScoredWork work = await worker.Run(
                    item, () => _scorer.Score(photo), limit > TimeSpan.Zero ? limit : TimeSpan.FromMilliseconds(1), _ => photo.Dispose()).ConfigureAwait(false);
                await _scored.Writer.WriteAsync(work).ConfigureAwait(false);
            }
            catch (PhotoFailedException e)
            {
                // A photo that was given up is still in use; it is disposed when the thread comes back.
                if (e.Reason != FailureReason.TimedOut)
                {
                    photo.Dispose();
                }

                await Fail(photo.Clock, e).ConfigureAwait(false);
            }
        }
    }

    private async Task Write()
    {
        using ResultWriter writer = new(_options.Results, _folder, _model.Classes, _model.Hash);
        await foreach (ScoredWork work in _scored.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_error is not null)
            {
                work.Dispose();
                continue;
            }

            try
            {
                await _written.Writer.WriteAsync(writer.Write(work)).ConfigureAwait(false);
            }
            catch (PhotoFailedException e)
            {
                work.Dispose();
                await Fail(work.Clock, e).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                work.Dispose();
                Stop(e);
            }
        }
    }

    private async Task Record()
    {
        List<WrittenWork> batch = [];
        while (await _written.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < JournalBatch && _written.Reader.TryRead(out WrittenWork? work))
            {
                batch.Add(work);
            }

            bool isRecorded = false;
            try
            {
                if (_error is null)
                {
                    Record(batch);
                    isRecorded = true;
                }
            }
            catch (Exception e)
            {
                Stop(e);
            }

            foreach (WrittenWork work in batch)
            {
                if (isRecorded)
                {
                    await _recorded.Writer.WriteAsync(work).ConfigureAwait(false);
                }
                else
                {
                    work.Dispose();
                }
            }

            batch.Clear();
        }

        _failures?.Dispose();
    }

    private void Record(IReadOnlyList<WrittenWork> batch)
    {
        _folder.ThrowIfGone();
        foreach (string folder in batch.SelectMany(work => work.Folders).Distinct())
        {
            AtomicFile.FlushFolder(folder);
        }

        JournalEntry[] entries = [.. batch.Select(work => work.Entry).OfType<JournalEntry>()];
        if (entries.Length > 0)
        {
            _journal.Append(entries);
        }

        FailedEntry[] failures = [.. batch.Select(work => work.Failed).OfType<FailedEntry>()];
        if (failures.Length > 0)
        {
            _failures ??= Journal.CreateFailures(_folder.FailedFile);
            _failures.Append(failures);
        }

        foreach (WrittenWork work in batch)
        {
            if (work.Entry is JournalEntry entry)
            {
                _progress.Add(entry);
                work.Work!.Clock.Done(entry);
            }
            else
            {
                _progress.Add(work.Failed!);
            }
        }

        if (_progress.Failed > _options.MaxFailures)
        {
            _isOverFailures = true;
            _stop.Cancel();
        }
    }

    private async Task Fail(StageClock clock, PhotoFailedException e)
    {
        WorkItem item = clock.Item;
        if (e.Reason == FailureReason.Missing && _folders.FirstOrDefault(folder => !Directory.Exists(folder)) is string gone)
        {
            Stop(new DirectoryNotFoundException($"{gone}: expected the input folder, got none; it was there before"));
            return;
        }

        clock.Failed(e);
        _source!.Failed(item);
        if (_stuck.Count >= StuckThreads.Most)
        {
            Stop(new TimeoutException($"expected fewer than {StuckThreads.Most} photos that never end, got {_stuck.Count}, the last {item.Path}"));
        }

        await _written.Writer.WriteAsync(
            WrittenWork.Failure(new FailedEntry(item.Id, item.Path, e.Reason, e.Message, DateTime.UtcNow))).ConfigureAwait(false);
    }

    private void Stop(Exception e)
    {
        Interlocked.CompareExchange(ref _error, e, null);
        _stop.Cancel();
    }

    private static string Describe(Exception e) => e is IOException or UnauthorizedAccessException or TimeoutException or InvalidInputException
        ? OneLine.Of(e.Message)
        : $"internal error {e.GetType().Name}: {OneLine.Of(e.Message)}";
}
