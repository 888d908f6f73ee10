namespace SparseRefine.Batch;

/// <summary>How a folder is watched. Immutable; a value out of range is an error where it is set.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// How long a file's size and time of change must have stayed the same before the file is read. A file that is still truncated then (as its writer may have stalled) is
    /// given ten times as long; after that it counts as failed, and is tried again once it changes.
    /// </summary>
    /// <exception cref="ArgumentException">Below 0, or above a day.</exception>
    public TimeSpan Settle { get; init => field = Checked.That(value, value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1), "0 to 24 hours"); } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often the whole folder is listed. The operating system's notifications name new files at once, but some are lost when many files arrive together, and network
    /// drives send none; the listing finds what they missed.
    /// </summary>
    /// <exception cref="ArgumentException">0 or below, or above a day.</exception>
    public TimeSpan Rescan
    {
        get;
        init => field = Checked.That(value, value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), "more than 0, at most 24 hours");
    } = TimeSpan.FromSeconds(30);
}
