namespace SparseRefine.Batch;

/// <summary>A photo to score.</summary>
/// <param name="Id">Its id, with forward slashes.</param>
/// <param name="Path">Its file.</param>
/// <param name="Problem">Why it fails before it is read; null for what is to be scored.</param>
/// <param name="Reason">What kind of failure that is.</param>
/// <param name="IsAlone">Whether no other photo is in work beside it.</param>
internal readonly record struct WorkItem(
    string Id, string Path, string? Problem = null, FailureReason Reason = FailureReason.Refused, bool IsAlone = false);
