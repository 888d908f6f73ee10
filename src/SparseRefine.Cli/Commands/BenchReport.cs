using SparseRefine.MLNet;

namespace SparseRefine.Cli.Commands;

/// <summary>What a benchmark found. Multiply-adds are means a photo; null where the model's graph does not tell them.</summary>
internal sealed class BenchReport
{
    /// <summary>Photos a round.</summary>
    public required int Photos { get; init; }

    /// <summary>The rounds in their order.</summary>
    public required IReadOnlyList<BenchTimes> Rounds { get; init; }

    /// <summary>Refined pixels as a share of all.</summary>
    public required double Density { get; init; }

    /// <summary>The dense model at full resolution.</summary>
    public required double? FullMultiplyAdds { get; init; }

    /// <summary>The dense model at low resolution.</summary>
    public required double? LowMultiplyAdds { get; init; }

    /// <summary>The sparse network.</summary>
    public required double ExtractMultiplyAdds { get; init; }

    /// <summary>Most resident memory of the refiner's stages beyond what the dense session held; null where unknown.</summary>
    public required long? RefinerBytes { get; init; }

    /// <summary>Most resident memory of the process, the dense model at full resolution included.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Threads of each side.</summary>
    public required int Threads { get; init; }

    /// <summary>Both parts of ours together.</summary>
    public double? OursMultiplyAdds => LowMultiplyAdds + ExtractMultiplyAdds;

    /// <summary>Median of the dense model at full resolution.</summary>
    public double FullMs => Middle(r => r.Full).Full;

    /// <summary>Median of the dense model at low resolution.</summary>
    public double LowMs => Middle(r => r.Low).Low;

    /// <summary>Median of ours, decoded photo to label map.</summary>
    public double OursMs => Middle(r => r.Ours).Ours;

    /// <summary>The stages of the round that <see cref="OursMs"/> is of, so that they add up to it.</summary>
    public StageTimes Stages => Middle(r => r.Ours).Stages;

    /// <summary>How many times faster ours is than the dense model at full resolution.</summary>
    public double Ratio => FullMs / OursMs;

    // The middle round, or the mean of the two middle rounds.
    private BenchTimes Middle(Func<BenchTimes, double> key)
    {
        BenchTimes[] sorted = [.. Rounds.OrderBy(key)];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
