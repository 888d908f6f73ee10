namespace SparseRefine.Batch;

/// <summary>
/// Names to subscribe to: what jobs measure of themselves. Units are UCUM's, names follow OpenTelemetry's conventions.
/// <para>Instruments: <c>sparserefine.scoring.photos</c> ({photo}; failed ones carry <c>error.type</c>, a <see cref="FailureReason"/> in camel case),
/// <c>sparserefine.scoring.pixels</c> ({pixel}), <c>sparserefine.scoring.density</c> (1), <c>sparserefine.scoring.stage.duration</c> (s, by
/// <c>sparserefine.stage</c>).</para>
/// <para>Spans: <c>score photo</c> (<c>sparserefine.photo.id</c>, <c>.width</c>, <c>.height</c>, <c>.density</c>) and below it one of each stage's name: decode, dense,
/// select, extract, ensemble, encode. A failure has status Error and <c>error.type</c>.</para>
/// </summary>
public static class ScoringTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "SparseRefine.Batch";

    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "SparseRefine.Batch";
}
