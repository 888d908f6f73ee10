using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SparseRefine.Cluster;

/// <summary>The meter and the spans of planning and workers; <see cref="ClusterTelemetry"/> lists their names. Static, one of each for a process, as .NET's meters are meant to be.</summary>
internal static class ClusterInstruments
{
    private static readonly string? Version = typeof(ClusterInstruments).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(ClusterTelemetry.MeterName, Version);
    private static readonly ActivitySource Source = new(ClusterTelemetry.ActivitySourceName, Version ?? "");
    private static readonly Counter<long> Slices = Meter.CreateCounter<long>("sparserefine.cluster.slices", "{slice}", "Slices that a worker had, by how each ended");
    private static readonly Counter<long> PublishedMessages = Meter.CreateCounter<long>("sparserefine.cluster.published", "{message}", "Messages of slices that the broker confirmed");
    private static readonly Gauge<long> Waiting = Meter.CreateGauge<long>("sparserefine.cluster.queue.waiting", "{message}", "Slices that wait, as the broker last told");
    private static readonly Gauge<long> Dead = Meter.CreateGauge<long>("sparserefine.cluster.queue.dead", "{message}", "Slices laid aside, as the broker last told");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "sparserefine.cluster.slice.duration", "s", "From taking a slice to its end", null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [1, 5, 15, 30, 60, 120, 180, 240, 300, 600, 1200, 1800],
        });

    /// <summary>Begins the span of a plan.</summary>
    public static Activity? StartPlan(string job) => Source.StartActivity("plan")?.SetTag("sparserefine.job", job);

    /// <summary>Begins the span of the publishing of many messages, in a trace or in the current one.</summary>
    public static Activity? StartPublish(ActivityContext trace) => Source.StartActivity("publish", ActivityKind.Internal, trace);

    /// <summary>Begins the span of a message's publishing, whose id goes with the message.</summary>
    public static Activity? StartPublish(string slice) => Source.StartActivity("publish slice", ActivityKind.Producer)?.SetTag("sparserefine.slice", slice);

    /// <summary>Begins the span of a slice at a worker, in the trace that its message names.</summary>
    public static Activity? StartWork(SliceMessage message, string? traceParent)
    {
        _ = ActivityContext.TryParse(traceParent, null, isRemote: true, out ActivityContext parent);
        return Source.StartActivity("work slice", ActivityKind.Consumer, parent)?.SetTag("sparserefine.slice", message.Slice).SetTag("sparserefine.job", message.Job);
    }

    /// <summary>Counts confirmed messages.</summary>
    public static void Published(long messages) => PublishedMessages.Add(messages);

    /// <summary>Counts a slice's end.</summary>
    public static void Ended(string outcome, TimeSpan time)
    {
        KeyValuePair<string, object?> tag = new("sparserefine.outcome", outcome);
        Slices.Add(1, tag);
        Duration.Record(time.TotalSeconds, tag);
    }

    /// <summary>Notes what the broker told.</summary>
    public static void Queue(QueueCounts counts)
    {
        Waiting.Record(counts.Waiting);
        Dead.Record(counts.Dead);
    }
}
