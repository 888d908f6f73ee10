namespace SparseRefine.Cluster;

/// <summary>What a worker has done. Immutable.</summary>
public sealed record WorkSummary
{
    /// <summary>Slices that it finished.</summary>
    public int Done { get; init; }

    /// <summary>Slices that others had finished.</summary>
    public int There { get; init; }

    /// <summary>Slices that it gave back.</summary>
    public int GivenBack { get; init; }

    /// <summary>Slices that it laid aside.</summary>
    public int LaidAside { get; init; }

    /// <summary>Photos of the finished slices.</summary>
    public long Scored { get; init; }

    /// <summary>Photos of the finished slices that could not be scored.</summary>
    public long Failed { get; init; }

    /// <summary>Whether it was asked to end.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Counts a slice.</summary>
    /// <param name="end">Its end.</param>
    /// <returns>The sum.</returns>
    public WorkSummary Plus(SliceEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        return end.Outcome switch
        {
            SliceOutcome.Done => this with { Done = Done + 1, Scored = Scored + end.Scored, Failed = Failed + end.Failed },
            SliceOutcome.There => this with { There = There + 1 },
            SliceOutcome.GivenBack => this with { GivenBack = GivenBack + 1 },
            _ => this with { LaidAside = LaidAside + 1 },
        };
    }
}
