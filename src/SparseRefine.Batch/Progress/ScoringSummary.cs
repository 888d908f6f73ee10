namespace SparseRefine.Batch;

/// <summary>The end of a run. Immutable.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Progress">The last count.</param>
/// <param name="Message">One line about what stopped it; null where nothing did.</param>
public sealed record ScoringSummary(ScoringOutcome Outcome, ScoringProgress Progress, string? Message)
{
    /// <summary>The first thing that an observer threw, as a line; null where none did. The job goes on without it.</summary>
    public string? ObserverProblem { get; init; }

    /// <summary>What the first photo of several pages has beyond what was scored, as a line; null where each was scored as a whole.</summary>
    public string? PhotoRemark { get; init; }
}
