namespace SparseRefine.Cluster;

/// <summary>Where a job stands at one moment. Immutable.</summary>
public sealed record JobStatus
{
    /// <summary>The job.</summary>
    public required ClusterJob Job { get; init; }

    /// <summary>Slices whose journal is in the store.</summary>
    public required int Done { get; init; }

    /// <summary>Slices that wait in the queue; null without a broker.</summary>
    public long? Waiting { get; init; }

    /// <summary>Slices that workers have: what is neither done nor waiting nor laid aside, but not more than workers are connected; null without a broker.</summary>
    public long? Running { get; init; }

    /// <summary>Slices that were laid aside; null without a broker.</summary>
    public long? Dead { get; init; }

    /// <summary>Slices that nobody knows of: <c>plan --missing</c> publishes them; without a broker all that are not done.</summary>
    public required long Missing { get; init; }

    /// <summary>Workers that are connected; null without a broker.</summary>
    public long? Workers { get; init; }

    /// <summary>Photos a second, by the journals of the last ten minutes.</summary>
    public required double PhotosPerSecond { get; init; }

    /// <summary>How long the rest takes at that rate; null where there is none.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Some of the slices that were laid aside.</summary>
    public IReadOnlyList<DeadSlice> DeadSlices { get; init; } = [];

    /// <summary>About how many photos the finished slices have.</summary>
    public long PhotosDone => (long)Math.Round((double)Job.Photos * Done / Job.Slices);
}
