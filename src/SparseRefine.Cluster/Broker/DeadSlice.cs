namespace SparseRefine.Cluster;

/// <summary>A message that was laid aside.</summary>
/// <param name="Message">The slice; null for a message that is none.</param>
/// <param name="Reason">Why, as one line.</param>
public sealed record DeadSlice(SliceMessage? Message, string Reason);
