namespace SparseRefine.Batch;

/// <summary>Names to subscribe to: what jobs measure of themselves.</summary>
public static class ScoringTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "SparseRefine.Batch";

    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "SparseRefine.Batch";
}
