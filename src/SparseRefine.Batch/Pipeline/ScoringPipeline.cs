using System.Threading.Channels;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>
/// The stages of a run and the bounded queues between them: list, decode, score, write, journal, tell the observers. When a run is stopped the list ends, what waits is dropped, and what is
/// with the models, on its way to the disk or to the journal is finished. Used once.
/// </summary>
internal sealed class ScoringPipeline
{
    private readonly ScoringOptions _options;
    private readonly SegmentationModel _model;
    private readonly JobFolder _folder;
    private readonly Journal _journal;
    private readonly StoreJournal? _kept;
    private readonly ProgressCounter _progress;
    private readonly ObserverLoop _observers;
    private readonly PhotoFeed _feed;
    private readonly PhotoStages _stages;
    private readonly RunStop _stop;
    private readonly Channel<WorkItem> _listed;
    private readonly Channel<DecodedPhoto> _decoded;
    private readonly Channel<ScoredWork> _scored;
    private readonly Channel<WrittenWork> _written;
    private readonly Channel<WrittenWork> _recorded;
    private bool _isOverFailures;

    public ScoringPipeline(
        ScoringOptions options,
        SegmentationModel model,
        JobFiles files,
        JobFolder folder,
        ResultPlace place,
        Journal journal,
        StoreJournal? kept,
        IWorkSource source,
        ProgressCounter progress,
        IReadOnlyList<IScoringObserver> observers,
        ObserverLoop loop,
        CancellationToken cancellation)
    {
        _options = options;
        _model = model;
        _folder = folder;
        _journal = journal;
        _kept = kept;
        _progress = progress;
        _observers = loop;
        _stop = new RunStop(cancellation);
        _listed = Channel.CreateBounded<WorkItem>(options.Workers * 2);
        _decoded = Channel.CreateBounded<DecodedPhoto>(options.Workers);
        _scored = Channel.CreateBounded<ScoredWork>(options.Workers);
        _written = Channel.CreateBounded<WrittenWork>(options.Workers * 2);
        _recorded = Channel.CreateBounded<WrittenWork>(options.Workers);
        _feed = new PhotoFeed(source, folder.InWork, _listed.Writer, ReleaseMemory);
        RefinementParts parts = observers.Aggregate(
            options.Results.Mask ? RefinementParts.Selection : RefinementParts.None, (parts, observer) => parts | observer.Parts);
        _stages = new PhotoStages(options, model, parts, files, folder, place, source, _feed, _stop, _written.Writer);
        progress.Queues = () => new(_decoded.Reader.Count, _scored.Reader.Count, _written.Reader.Count);
    }

    /// <summary>What the first photo with further pages has beyond its image; null for none so far.</summary>
    public string? PhotoRemark => _stages.PhotoRemark;

    /// <summary>Runs the stages.</summary>
    /// <returns>How it ended, and what stopped it.</returns>
    public async Task<(ScoringOutcome Outcome, string? Message)> RunAsync()
    {
        Task all = Task.WhenAll(
            Stage(1, List, _listed.Writer),
            Stage(_options.Workers, () => _stages.Decode(_listed.Reader, _decoded.Writer), _decoded.Writer),
            Stage(_options.Workers, () => _stages.Score(_decoded.Reader, _scored.Writer), _scored.Writer),
            Stage(_options.Workers, () => _stages.Write(_scored.Reader), _written.Writer),
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
            _stop.Drop();
        }

        return Outcome();
    }

    private (ScoringOutcome, string?) Outcome()
    {
        if ((_stop.Error ?? _feed.Trouble) is Exception error)
        {
            return (ScoringOutcome.Stopped, Describe(error));
        }

        if (_isOverFailures)
        {
            return (ScoringOutcome.TooManyFailures, $"expected at most {_options.MaxFailures} failed photos, got {_progress.Failed}");
        }

        return (_stop.IsDropped ? ScoringOutcome.Cancelled : _progress.Failed > 0 ? ScoringOutcome.SomeFailed : ScoringOutcome.Completed, null);
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
            _stop.Fail(e);
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
            await _feed.Run(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsRequested)
        {
            _stop.Drop();
        }
    }

    private async Task Record()
    {
        using PhotoRecorder recorder = new(_folder, _journal, _kept, _progress);
        List<WrittenWork> batch = [];
        while (await _written.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < PhotoRecorder.Batch && _written.Reader.TryRead(out WrittenWork? work))
            {
                batch.Add(work);
            }

            bool isRecorded = false;
            try
            {
                if (_stop.Error is null)
                {
                    recorder.Record(batch);
                    isRecorded = true;
                }
            }
            catch (Exception e)
            {
                _stop.Fail(e);
            }

            if (_progress.Failed > _options.MaxFailures)
            {
                _isOverFailures = true;
                _stop.End();
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
    }

    // What model and collector keep for the next photo may be what a single photo lacks.
    private void ReleaseMemory()
    {
        _model.ReleaseBuffers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static string Describe(Exception e) => e is IOException or UnauthorizedAccessException or TimeoutException or InvalidInputException or MachineTrouble
        ? OneLine.Of(e.Message)
        : MachineTrouble.Find(e) is Exception missing
            ? $"expected memory and threads for the job, got {OneLine.Of(missing.Message)}; score fewer photos at once (--workers), or give the process more"
            : $"internal error {e.GetType().Name}: {OneLine.Of(e.Message)}";
}
