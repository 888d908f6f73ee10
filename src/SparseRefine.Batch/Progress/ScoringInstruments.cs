using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SparseRefine.Batch;

/// <summary>
/// The meter and the spans of jobs; <see cref="ScoringTelemetry"/> lists their names. They are static, one of each for a process, as .NET's meters are meant to be, and cost
/// next to nothing while nobody listens.
/// </summary>
internal static class ScoringInstruments
{
    private const string StageTag = "sparserefine.stage";
    private const string ErrorTag = "error.type";
    private static readonly string? Version = typeof(ScoringInstruments).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(ScoringTelemetry.MeterName, Version);
    private static readonly ActivitySource Source = new(ScoringTelemetry.ActivitySourceName, Version ?? "");

    private static readonly Counter<long> Photos = Meter.CreateCounter<long>(
        "sparserefine.scoring.photos", "{photo}", "Photos that were tried; error.type says why one failed");

    private static readonly Counter<long> Pixels = Meter.CreateCounter<long>("sparserefine.scoring.pixels", "{pixel}", "Pixels that got a label");

    private static readonly Histogram<double> Density = Meter.CreateHistogram(
        "sparserefine.scoring.density", "1", "Refined pixels of a photo as a share of all", null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75],
        });

    private static readonly Histogram<double> StageDuration = Meter.CreateHistogram(
        "sparserefine.scoring.stage.duration", "s", "Time of a photo in a stage, waiting not included", null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        });

    private static readonly string[] Stages = [.. Enum.GetNames<Stage>().Select(name => name.ToLowerInvariant())];

    /// <summary>Begins the span of a photo, which is not made the current one: stages run on several threads.</summary>
    public static Activity? StartPhoto(WorkItem item)
    {
        Activity? current = Activity.Current;
        Activity? photo = Source.StartActivity("score photo");
        photo?.SetTag("sparserefine.photo.id", item.Id);
        Activity.Current = current;
        return photo;
    }

    /// <summary>Begins the span of a stage; null without one of its photo.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="photo">The photo's span.</param>
    /// <param name="start">When it began, UTC; unless given, now.</param>
    public static Activity? StartStage(Stage stage, Activity? photo, DateTimeOffset start = default) =>
        photo is null ? null : Source.StartActivity(Stages[(int)stage], ActivityKind.Internal, photo.Context, startTime: start);

    /// <summary>Ends the span of a stage as a failure.</summary>
    public static void Fail(Activity? span, Exception e) => span?.SetStatus(ActivityStatusCode.Error, e.Message).SetTag(ErrorTag, e.GetType().FullName);

    /// <summary>Counts a photo that is in the journal, and ends its span.</summary>
    public static void Done(JournalEntry entry, IReadOnlyList<double> milliseconds, Activity? photo)
    {
        Photos.Add(1);
        Pixels.Add(entry.Pixels);
        if (entry.Density is double density)
        {
            Density.Record(density);
        }

        Record(milliseconds);
        photo?.SetTag("sparserefine.photo.width", entry.Width).SetTag("sparserefine.photo.height", entry.Height)
            .SetTag("sparserefine.photo.density", entry.Density).Dispose();
    }

    /// <summary>Counts a photo that could not be scored, and ends its span.</summary>
    public static void Failed(FailureReason reason, string message, IReadOnlyList<double> milliseconds, Activity? photo)
    {
        string name = reason.ToString();
        KeyValuePair<string, object?> error = new(ErrorTag, char.ToLowerInvariant(name[0]) + name[1..]);
        Photos.Add(1, error);
        Record(milliseconds);
        photo?.SetStatus(ActivityStatusCode.Error, message).SetTag(ErrorTag, error.Value).Dispose();
    }

    private static void Record(IReadOnlyList<double> milliseconds)
    {
        for (int stage = 0; stage < milliseconds.Count; stage++)
        {
            if (milliseconds[stage] > 0)
            {
                StageDuration.Record(milliseconds[stage] / 1000, new KeyValuePair<string, object?>(StageTag, Stages[stage]));
            }
        }
    }
}
