using System.Diagnostics.Metrics;
using SparseRefine;

/// <summary>What the service counts beside ASP.NET Core's own instruments. Any listener of this meter sees it.</summary>
internal sealed class ServiceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "SparseRefine.Web";

    private readonly Counter<long> _photos;
    private readonly Counter<long> _pixels;
    private readonly Histogram<double> _seconds;
    private readonly UpDownCounter<long> _bodies;
    private readonly Counter<long> _releases;

    public ServiceMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _photos = meter.CreateCounter<long>("sparserefine.photos", "{photo}", "Requests by outcome");
        _pixels = meter.CreateCounter<long>("sparserefine.pixels", "{pixel}", "Pixels that got a label");
        _bodies = meter.CreateUpDownCounter<long>("sparserefine.bodies", "By", "Memory of the bodies that are here");
        _releases = meter.CreateCounter<long>("sparserefine.releases", "{release}", "Times that memory was given back while there was nothing to do");
        _seconds = meter.CreateHistogram<double>(
            "sparserefine.duration",
            "s",
            "From the decoded photo to the label map",
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
    }

    /// <summary>Counts a request.</summary>
    /// <param name="outcome">"answered", "refused", "busy" (503) or "cancelled" (the client left).</param>
    public void Count(string outcome) => _photos.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Records an answer.</summary>
    /// <param name="pixels">Pixels of the photo.</param>
    /// <param name="times">Milliseconds of its stages.</param>
    public void Answered(long pixels, StageTimes times)
    {
        _pixels.Add(pixels);
        _seconds.Record((times.Total - times.Decode) / 1000);
    }

    /// <summary>Counts memory of a body.</summary>
    /// <param name="bytes">More, or with a minus less.</param>
    public void Body(long bytes) => _bodies.Add(bytes);

    /// <summary>Counts a release of memory.</summary>
    public void Released() => _releases.Add(1);
}
