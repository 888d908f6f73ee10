using SparseRefine.Cli.Reports;

namespace SparseRefine.Cli.Keeping;

/// <summary>A combination that was measured.</summary>
/// <param name="Size">What the dense model sees, as <see cref="DenseSize"/> writes it.</param>
/// <param name="Network">Planes of the network and the epochs of its fit, or that there is none.</param>
/// <param name="Share">Refined pixels / all pixels; 0 for the dense model alone.</param>
/// <param name="Threshold">The entropy above which they lie, in nats.</param>
/// <param name="Milliseconds">From decoded photo to label map, mean of the photos.</param>
/// <param name="MeanIoU">mIoU.</param>
/// <param name="File">The fitted pipeline; null: the dense model alone.</param>
internal sealed record KeepPoint(string Size, string Network, double Share, float Threshold, double Milliseconds, double MeanIoU, string? File)
{
    /// <summary>The dense model alone.</summary>
    public const string NoNetwork = "none";

    /// <summary>In words.</summary>
    public override string ToString() => File is null
        ? $"dense model alone at {Size}"
        : FormattableString.Invariant($"dense model at {Size}, {100 * Share:0.##} % of the pixels, network {Network}");

    /// <summary>Those that no other one beats in both time and mIoU, fastest first.</summary>
    /// <param name="points">All of them.</param>
    public static IReadOnlyList<KeepPoint> Frontier(IEnumerable<KeepPoint> points)
    {
        List<KeepPoint> frontier = [];
        foreach (KeepPoint point in points.OrderBy(p => p.Milliseconds).ThenByDescending(p => p.MeanIoU))
        {
            if (frontier.Count == 0 || point.MeanIoU > frontier[^1].MeanIoU)
            {
                frontier.Add(point);
            }
        }

        return frontier;
    }

    /// <summary>The plot's dot.</summary>
    /// <param name="chosen">Whether it is the choice.</param>
    public PlotDot Dot(bool chosen) => new(
        (chosen ? "chosen: " : "") + ToString().Replace("dense model ", "", StringComparison.Ordinal).Replace(" of the pixels, network", ",", StringComparison.Ordinal),
        chosen ? DotKind.Marked : File is null ? DotKind.Dense : DotKind.Fit,
        Milliseconds,
        MeanIoU);
}
