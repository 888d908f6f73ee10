using System.Threading.Channels;

namespace SparseRefine.Batch;

/// <summary>
/// Tells the observers of a job, of each photo that is in the journal in a stage of its own, so that an observer that draws does not hold the journal up. Observers are onlookers:
/// what one throws is kept as <see cref="Problem"/> and changes nothing; it hears of the next photo as before.
/// </summary>
/// <param name="observers">Who is told, one after the other.</param>
internal sealed class ObserverLoop(IReadOnlyList<IScoringObserver> observers)
{
    /// <summary>The first thing that an observer threw, as a line of text; null where none did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Tells of photos until the queue ends.</summary>
    /// <param name="recorded">Photos that are in the journal; disposed when all have heard of them.</param>
    public async Task Run(ChannelReader<WrittenWork> recorded)
    {
        await foreach (WrittenWork work in recorded.ReadAllAsync().ConfigureAwait(false))
        {
            using (work)
            {
                Tell(observer =>
                {
                    if (work.Work is ScoredWork scored)
                    {
                        observer.Scored(work.Entry!, scored.Result);
                    }
                    else
                    {
                        observer.Failed(work.Failed!);
                    }
                });
            }
        }
    }

    /// <summary>Tells each observer of something.</summary>
    /// <param name="call">Tells one.</param>
    public void Tell(Action<IScoringObserver> call)
    {
        foreach (IScoringObserver observer in observers)
        {
            try
            {
                call(observer);
            }
            catch (Exception e)
            {
                Problem ??= $"{observer.GetType().Name}: expected to be told of the job, got {OneLine.Of(e.Message)}; the job went on without";
            }
        }
    }
}
