namespace SparseRefine.Batch;

/// <summary>How a folder is watched. Immutable.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// How long a file must have been left alone before it is read. One that is a picture's beginning only is left for ten times as long, as its writer may have stalled;
    /// after that it fails, and is tried again when it changes.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the whole folder is looked through, for what the system forgot to tell, as it may when much arrives at once, and on network drives.</summary>
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
