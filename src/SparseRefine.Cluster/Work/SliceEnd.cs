namespace SparseRefine.Cluster;

/// <summary>The end of a slice at a worker.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Scored">Photos in its journal, or kept for the next worker.</param>
/// <param name="Failed">Photos that could not be scored.</param>
/// <param name="Message">Why, where it was given back or laid aside; else null.</param>
public sealed record SliceEnd(SliceOutcome Outcome, long Scored, long Failed, string? Message = null);
