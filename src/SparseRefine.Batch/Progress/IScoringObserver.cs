using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>
/// Receives what a job does, one call at a time, in the order of the journal and after it. The journal goes on while a call runs; it waits, and behind it the whole job does,
/// once as many photos as the job has workers are still to be told of. An exception of <see cref="Scored"/> or <see cref="Failed"/> stops the job as a failure to write does;
/// an exception of the other methods is thrown by the job's Run. The journal stays intact in each case.
/// </summary>
public interface IScoringObserver
{
    /// <summary>What the observer reads of every photo beside its labels, so that it is there when <see cref="Scored"/> is called and need not be computed again.</summary>
    RefinementParts Parts => RefinementParts.None;

    /// <summary>Once, before the first photo.</summary>
    /// <param name="info">What the run is about to do.</param>
    void Started(ScoringJobInfo info);

    /// <summary>A photo's files and its journal line are durable.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="result">What to draw; the job disposes it after the call.</param>
    void Scored(JournalEntry entry, SegmentationResult result);

    /// <summary>A photo could not be scored; its line in the failures file is written.</summary>
    /// <param name="failed">The line.</param>
    void Failed(FailedEntry failed);

    /// <summary>Once, last, however the run ended.</summary>
    /// <param name="summary">How it ended.</param>
    void Finished(ScoringSummary summary);
}
