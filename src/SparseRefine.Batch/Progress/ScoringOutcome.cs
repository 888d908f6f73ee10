namespace SparseRefine.Batch;

/// <summary>How a run ended.</summary>
public enum ScoringOutcome
{
    /// <summary>Every photo is in the journal.</summary>
    Completed,

    /// <summary>All photos were tried and some failed.</summary>
    SomeFailed,

    /// <summary>More photos failed than the job allows; the rest was left.</summary>
    TooManyFailures,

    /// <summary>Stopped on request; a resumed run goes on.</summary>
    Cancelled,

    /// <summary>Results could not be written, or the input vanished; a resumed run goes on.</summary>
    Stopped,
}
