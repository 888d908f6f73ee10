namespace SparseRefine.Batch;

/// <summary>How a folder is watched. Immutable.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// How long a file's size and time of change must have stayed the same before the file is read. A file that is still truncated then (as its writer may have stalled) is
    /// given ten times as long; after that it counts as failed, and is tried again once it changes.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often the whole folder is listed. The operating system's notifications name new files at once, but some are lost when many files arrive together, and network
    /// drives send none; the listing finds what they missed.
    /// </summary>
    public TimeSpan Rescan { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (Settle < TimeSpan.Zero || Settle > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"Settle: expected 0 to 24 hours, got {Settle}");
        }

        if (Rescan <= TimeSpan.Zero || Rescan > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"Rescan: expected more than 0, at most 24 hours, got {Rescan}");
        }
    }
}
