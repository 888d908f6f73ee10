namespace SparseRefine.Batch;

/// <summary>Where a job stands at one moment. Immutable.</summary>
public sealed record ScoringProgress
{
    /// <summary>Photos scored by this run.</summary>
    public required long Done { get; init; }

    /// <summary>Photos that the journal had already.</summary>
    public required long Skipped { get; init; }

    /// <summary>Photos that failed in this run.</summary>
    public required long Failed { get; init; }

    /// <summary>Those of the failed photos that an internal error stopped (<see cref="FailureReason.Unexpected"/>).</summary>
    public long InternalErrors { get; init; }

    /// <summary>Photos of the whole job or slice, skipped ones included; null where that is not known (a watched folder).</summary>
    public long? Total { get; init; }

    /// <summary>Pixels of the photos scored by this run.</summary>
    public required long Pixels { get; init; }

    /// <summary>Time since the run began to score.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Photos a second over the last minute or so, failed ones included; 0 before the first.</summary>
    public required double PhotosPerSecond { get; init; }

    /// <summary>Megapixels a second over the same time.</summary>
    public required double MegapixelsPerSecond { get; init; }

    /// <summary>Time that the rest will take at that rate; null where the total or the rate is not known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Mean density of the photos scored by this run; null where there is none.</summary>
    public double? MeanDensity { get; init; }

    /// <summary>Share of each stage in the sum of all stages' times, 0..1 instead of milliseconds; all 0 before the first photo.</summary>
    public required StageTimes StageShares { get; init; }

    /// <summary>Photos that wait between the stages.</summary>
    public required QueueDepths Queues { get; init; }
}
