namespace SparseRefine.Batch;

/// <summary>What happened to a photo and is the machine's doing, not the photo's: no memory, or no thread to be had. The photo is tried again with nothing else in work.</summary>
/// <param name="path">The photo's file.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class MachineTrouble(string path, Exception cause) : Exception(
    $"{path}: expected memory and threads to score it with nothing else in work, got {OneLine.Of(Find(cause)!.Message)}; give the process more memory, "
        + "or leave out photos of so many pixels (--max-pixels)",
    cause)
{
    /// <summary>What the system did not give, among an exception and its causes.</summary>
    /// <param name="e">An exception.</param>
    /// <returns>The first of them that says so; null where none does.</returns>
    public static Exception? Find(Exception? e) => e switch
    {
        null => null,
        OutOfMemoryException or ThreadStartException => e,
        AggregateException several => several.InnerExceptions.Select(Find).FirstOrDefault(found => found is not null),
        _ => Find(e.InnerException),
    };
}
