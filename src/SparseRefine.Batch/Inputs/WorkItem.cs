namespace SparseRefine.Batch;

/// <summary>An image to score.</summary>
/// <param name="Id">Its id, with forward slashes.</param>
/// <param name="Path">Its file.</param>
internal readonly record struct WorkItem(string Id, string Path);
