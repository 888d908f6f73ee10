namespace SparseRefine.Batch;

/// <summary>A photo whose files are in place, or that failed, on its way to the journal.</summary>
/// <param name="Work">The photo and its answers; null for a failure.</param>
/// <param name="Entry">Its line; null for a failure.</param>
/// <param name="Folders">Folders to flush before the files are durable.</param>
/// <param name="Failed">The failure's line, or null.</param>
internal sealed record WrittenWork(ScoredWork? Work, JournalEntry? Entry, IReadOnlySet<string> Folders, FailedEntry? Failed) : IDisposable
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    public static WrittenWork Failure(FailedEntry failed) => new(null, null, None, failed);

    public void Dispose() => Work?.Dispose();
}
