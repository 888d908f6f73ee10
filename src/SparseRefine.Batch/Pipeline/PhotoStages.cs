using System.Threading.Channels;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>What a run does with each photo: decode, score, write. A photo that fails goes to the failures, one that the machine had too little for goes back to the feed.</summary>
/// <param name="options">The job.</param>
/// <param name="model">The model.</param>
/// <param name="parts">What is needed of a photo beside its labels.</param>
/// <param name="files">Reads photos.</param>
/// <param name="folder">The job's folder.</param>
/// <param name="place">Where the results go.</param>
/// <param name="source">Is told of failures.</param>
/// <param name="feed">Takes photos back.</param>
/// <param name="stop">Whether the run goes on.</param>
/// <param name="done">Takes photos whose files are in place, and failures.</param>
internal sealed class PhotoStages(
    ScoringOptions options,
    SegmentationModel model,
    RefinementParts parts,
    JobFiles files,
    JobFolder folder,
    ResultPlace place,
    IWorkSource source,
    PhotoFeed feed,
    RunStop stop,
    ChannelWriter<WrittenWork> done)
{
    private readonly PhotoDecoder _decoder = new(files, options.MaxPixels);
    private readonly PhotoScorer _scorer = new(model, parts);
    private readonly StuckThreads _stuck = new();
    private readonly string[] _folders = [.. options.Inputs.Paths.Where(Directory.Exists)];

    /// <summary>What the first photo with further pages has beyond its image; null for none so far.</summary>
    public string? PhotoRemark => _decoder.Remark;

    /// <summary>Decodes photos until the queue ends.</summary>
    public async Task Decode(ChannelReader<WorkItem> listed, ChannelWriter<DecodedPhoto> next)
    {
        using GuardedWorker worker = new("decoding", _stuck, options.TimeProvider);
        await foreach (WorkItem item in listed.ReadAllAsync().ConfigureAwait(false))
        {
            if (stop.IsRequested)
            {
                stop.Drop();
                continue;
            }

            StageClock clock = new(item);
            await Try(clock, async () =>
            {
                if (item.Problem is string problem)
                {
                    throw new PhotoFailedException(item.Reason, problem);
                }

                folder.InWork.Begin(item);
                DecodedPhoto photo = await worker.Run(
                    item, token => _decoder.Decode(clock, token), options.TimeLimit, late => late?.Dispose()).ConfigureAwait(false);
                await next.WriteAsync(photo).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Scores photos until the queue ends.</summary>
    public async Task Score(ChannelReader<DecodedPhoto> decoded, ChannelWriter<ScoredWork> next)
    {
        using GuardedWorker worker = new("scoring", _stuck, options.TimeProvider);
        await foreach (DecodedPhoto photo in decoded.ReadAllAsync().ConfigureAwait(false))
        {
            if (stop.IsRequested)
            {
                stop.Drop();
                photo.Dispose();
                continue;
            }

            await Try(photo.Clock, async () =>
            {
                try
                {
                    TimeSpan limit = options.TimeLimit - TimeSpan.FromMilliseconds(photo.Clock.Total);
                    ScoredWork work = await worker.Run(
                        photo.Clock.Item,
                        token => _scorer.Score(photo, token),
                        limit > TimeSpan.Zero ? limit : TimeSpan.FromMilliseconds(1),
                        _ => photo.Dispose()).ConfigureAwait(false);
                    await next.WriteAsync(work).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not PhotoFailedException { Reason: FailureReason.TimedOut })
                {
                    // A photo that was given up is still in use; it is disposed when the thread comes back.
                    photo.Dispose();
                    throw;
                }
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Writes results until the queue ends.</summary>
    public async Task Write(ChannelReader<ScoredWork> scored)
    {
        using ResultWriter writer = new(options.Results, place, model.Classes, model.Hash);
        await foreach (ScoredWork work in scored.ReadAllAsync().ConfigureAwait(false))
        {
            if (stop.Error is not null)
            {
                work.Dispose();
                continue;
            }

            await Try(work.Clock, async () =>
            {
                WrittenWork written;
                try
                {
                    written = writer.Write(work);
                }
                catch
                {
                    work.Dispose();
                    throw;
                }

                folder.InWork.End(work.Clock.Item);
                await done.WriteAsync(written).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    // A photo's failures end the photo, the machine's make it wait, all others end the run.
    private async Task Try(StageClock clock, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (PhotoFailedException e)
        {
            await Fail(clock, e).ConfigureAwait(false);
        }
        catch (MachineTrouble e)
        {
            feed.HoldBack(clock.Item, e);
            folder.InWork.End(clock.Item);
        }
        catch (Exception e)
        {
            stop.Fail(e);
        }
    }

    private async Task Fail(StageClock clock, PhotoFailedException e)
    {
        WorkItem item = clock.Item;
        if (e.Reason == FailureReason.Missing && _folders.FirstOrDefault(input => !Directory.Exists(input)) is string gone)
        {
            stop.Fail(new DirectoryNotFoundException($"{gone}: expected the input folder, got none; it was there before"));
            return;
        }

        clock.Failed(e);
        source.Failed(item, clock.Input);
        if (_stuck.Count >= StuckThreads.Most)
        {
            stop.Fail(new TimeoutException($"expected fewer than {StuckThreads.Most} photos that never end, got {_stuck.Count}, the last {item.Path}"));
        }

        folder.InWork.End(item);
        await done.WriteAsync(WrittenWork.Failure(new FailedEntry(item.Id, item.Path, e.Reason, e.Message, DateTime.UtcNow))).ConfigureAwait(false);
    }
}
