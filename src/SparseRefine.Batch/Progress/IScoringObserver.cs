namespace SparseRefine.Batch;

/// <summary>
/// Told what a job does, by one call at a time, in the order of the journal and after it: while a call runs the journal goes on, until as many images as the job has workers wait to be told of, and
/// with them, once the queues are full, the whole job. What <see cref="Scored"/> or <see cref="Failed"/> throws stops the job as a failure to write does, and what the others throw comes out of
/// it; the journal stays intact.
/// </summary>
public interface IScoringObserver
{
    /// <summary>Once, before the first image.</summary>
    /// <param name="info">What the run is about to do.</param>
    void Started(ScoringJobInfo info);

    /// <summary>An image's files and its journal line are durable.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="photo">What to draw; valid only within the call.</param>
    void Scored(JournalEntry entry, ScoredPhoto photo);

    /// <summary>An image could not be scored; its line in the failures file is written.</summary>
    /// <param name="failed">The line.</param>
    void Failed(FailedEntry failed);

    /// <summary>Once, last, however the run ended.</summary>
    /// <param name="summary">How it ended.</param>
    void Finished(ScoringSummary summary);
}
