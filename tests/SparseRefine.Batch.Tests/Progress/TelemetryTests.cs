using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xunit;

namespace SparseRefine.Batch.Tests.Progress;

/// <summary>Meters and spans are the process's, so no other job may run beside these.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests(ScoredFolder folder) : IClassFixture<ScoredFolder>
{
    private static readonly string[] Stages = ["decode", "dense", "select", "extract", "ensemble", "encode"];

    [Fact]
    public async Task Meter_OfAJob_CountsImagesPixelsDensitiesAndStages()
    {
        ConcurrentBag<(string Name, string? Unit, double Value, string Tags)> measured = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == ScoringTelemetry.MeterName)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => measured.Add((i.Name, i.Unit, value, Text(tags))));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => measured.Add((i.Name, i.Unit, value, Text(tags))));
        listener.Start();
        await folder.Score("meter");

        ILookup<string, (string Name, string? Unit, double Value, string Tags)> byName = measured.ToLookup(m => m.Name);
        Assert.Equal(6, byName["sparserefine.scoring.photos"].Count(m => m.Tags == "" && m.Value == 1));
        Assert.Equal("error.type=truncated", Assert.Single(byName["sparserefine.scoring.photos"], m => m.Tags != "").Tags);
        Assert.Equal(6 * 120 * 180, byName["sparserefine.scoring.pixels"].Sum(m => m.Value));
        Assert.Equal(6, byName["sparserefine.scoring.density"].Count(m => m.Value is > 0 and <= 1));
        foreach (string stage in Stages)
        {
            int times = byName["sparserefine.scoring.stage.duration"].Count(m => m.Tags == "sparserefine.stage=" + stage && m.Value is > 0 and < 100);
            Assert.Equal(stage == "decode" ? 7 : 6, times); // the damaged one was looked at, too
        }

        Assert.Equal(
            ["1", "s", "{photo}", "{pixel}"], measured.Select(m => m.Unit!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ActivitySource_OfAJob_GivesASpanAnImageWithItsStagesBelow()
    {
        ConcurrentBag<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == ScoringTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await folder.Score("spans");

        Activity[] images = [.. spans.Where(s => s.OperationName == "score photo")];
        Assert.Equal(7, images.Length);
        foreach (Activity image in images)
        {
            Activity[] stages = [.. spans.Where(s => s.ParentSpanId == image.SpanId)];
            Assert.All(stages, stage => Assert.True(stage.StartTimeUtc >= image.StartTimeUtc && stage.Duration <= image.Duration));
            if (Equals(image.GetTagItem("sparserefine.photo.id"), "damaged.png"))
            {
                Assert.Equal(("decode", ActivityStatusCode.Error), (Assert.Single(stages).OperationName, stages[0].Status));
                Assert.Equal(("truncated", ActivityStatusCode.Error), (image.GetTagItem("error.type"), image.Status));
            }
            else
            {
                Assert.Equal(Stages, stages.OrderBy(s => s.StartTimeUtc).Select(s => s.OperationName).Distinct());
                Assert.Equal((180, 120), (image.GetTagItem("sparserefine.photo.width"), image.GetTagItem("sparserefine.photo.height")));
            }
        }

        Assert.Equal(spans.Count, images.Length + spans.Count(s => images.Any(i => i.SpanId == s.ParentSpanId)));
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
}
