using System.Threading.Channels;

namespace SparseRefine.Batch;

/// <summary>
/// Tells the observers of each photo that is in the journal, in a stage of its own, so that an observer that draws does not hold the journal up. One that throws is the last
/// that hears of a photo.
/// </summary>
/// <param name="observers">Who is told, one after the other.</param>
/// <param name="recorded">Photos that are in the journal; disposed when all have heard of them.</param>
/// <param name="stop">Stops the run with what an observer threw.</param>
internal sealed class ObserverLoop(IReadOnlyList<IScoringObserver> observers, ChannelReader<WrittenWork> recorded, Action<Exception> stop)
{
    /// <summary>Runs until the queue ends.</summary>
    public async Task Run()
    {
        bool isBroken = false;
        await foreach (WrittenWork work in recorded.ReadAllAsync().ConfigureAwait(false))
        {
            using (work)
            {
                try
                {
                    foreach (IScoringObserver observer in isBroken ? [] : observers)
                    {
                        if (work.Work is ScoredWork scored)
                        {
                            observer.Scored(work.Entry!, scored.Result);
                        }
                        else
                        {
                            observer.Failed(work.Failed!);
                        }
                    }
                }
                catch (Exception e)
                {
                    isBroken = true;
                    stop(e);
                }
            }
        }
    }
}
