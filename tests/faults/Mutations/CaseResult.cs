namespace SparseRefine.Faults;

/// <summary>What became of one case.</summary>
/// <param name="Number">The case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Ms">Processor time, milliseconds; 0 for a process that ended.</param>
/// <param name="PeakMegabytes">Most resident memory during the case, above what the process had before it.</param>
/// <param name="Message">The error, on one line.</param>
internal sealed record CaseResult(int Number, Outcome Outcome, double Ms, double PeakMegabytes, string Message)
{
    /// <summary>Whether the library did what it must.</summary>
    public bool IsRight => Outcome is Outcome.Answered or Outcome.Refused;
}
