namespace SparseRefine.Cluster;

/// <summary>
/// Names to subscribe to: what planning and workers measure of themselves, beside <see cref="Batch.ScoringTelemetry"/>. Units are UCUM's, names follow OpenTelemetry's conventions.
/// <para>Instruments: <c>sparserefine.cluster.slices</c> ({slice}; <c>sparserefine.outcome</c> says done, given_back, laid_aside or there: another worker had done it),
/// <c>sparserefine.cluster.slice.duration</c> (s, from taking a slice to its end, by the same), <c>sparserefine.cluster.published</c> ({message}),
/// <c>sparserefine.cluster.queue.waiting</c> ({message}) and <c>sparserefine.cluster.queue.dead</c> ({message}), both as the broker last told this process.</para>
/// <para>Spans: <c>plan</c>, below it <c>publish</c> and a <c>publish slice</c> each, then, in the worker, <c>work slice</c> of the same trace (<c>sparserefine.slice</c>, <c>sparserefine.job</c>), and below it the
/// spans of the photos.</para>
/// </summary>
public static class ClusterTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "SparseRefine.Cluster";

    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "SparseRefine.Cluster";
}
