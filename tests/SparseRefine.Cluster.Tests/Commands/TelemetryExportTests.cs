using SparseRefine.Cli.Tests;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>What a collector gets of a job whose plan and worker are processes of their own.</summary>
[Collection(nameof(RabbitMq))]
public sealed class TelemetryExportTests(RabbitMq broker)
{
    private const int Photos = 4;
    private const int Slices = 2;

    [RabbitFact]
    public void PlanAndWork_CollectorNamed_SendOneTraceFromPlanToPhotos()
    {
        using Collector collector = new();
        using TestFolder folder = Job();
        using (Named(collector.Endpoint))
        {
            End(Plan(folder));
            End(Work(folder));
        }

        Collector.Span[] spans = collector.Spans;
        Assert.Single(spans.Select(span => span.Trace).Distinct());
        ILookup<string, Collector.Span> named = spans.ToLookup(span => span.Name);
        Assert.Equal("", Assert.Single(named["plan"]).Parent);
        Assert.Equal(named["plan"].Single().Id, Assert.Single(named["publish"]).Parent);
        Assert.Equal((Slices, Slices, Photos), (named["publish slice"].Count(), named["work slice"].Count(), named["score photo"].Count()));
        Assert.All(named["publish slice"], span => Assert.Equal(named["publish"].Single().Id, span.Parent));
        Assert.Equal(named["publish slice"].Select(span => span.Id).Order(), named["work slice"].Select(span => span.Parent).Order());
        Assert.All(named["score photo"], span => Assert.Contains(span.Parent, named["work slice"].Select(slice => slice.Id)));
        foreach (string meter in (string[])["sparserefine.cluster.published", "sparserefine.cluster.slices", "sparserefine.cluster.slice.duration", "sparserefine.cluster.queue.waiting", "sparserefine.scoring.photos"])
        {
            Assert.Contains(meter, collector.Meters, StringComparison.Ordinal);
        }
    }

    [RabbitFact]
    public void Work_CollectorThatIsNotThere_WorksAsWithout()
    {
        using TestFolder folder = Job();
        using (Named($"http://127.0.0.1:{RabbitServer.FreePorts(1)[0]}"))
        {
            End(Plan(folder));
            End(Work(folder));
        }

        using Variables bad = new(("OTEL_EXPORTER_OTLP_ENDPOINT", "s3cret"));
        Tool.Run("status", "--out", folder["job"]).AssertBadInput("OTEL_EXPORTER_OTLP_ENDPOINT: expected an address as http://collector:4318, got another text");
    }

    private static Variables Named(string endpoint) => new(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

    private static TestFolder Job()
    {
        TestFolder folder = new();
        TinyPipeline.SaveStriped(folder["model.sparserefine"], folder.Root);
        for (int i = 0; i < Photos; i++)
        {
            folder.WritePhoto($"p{i}.png", 24, 32, i);
        }

        return folder;
    }

    private ToolProcess Plan(TestFolder folder) => new(
        ToolProcess.Beside, "plan", "--model", folder["model.sparserefine"], "--images", folder["images"], "--out", folder["job"], "--broker", broker.Address, "--slices", $"{Slices}");

    private ToolProcess Work(TestFolder folder) => new(
        ToolProcess.Beside, "work", "--out", folder["job"], "--broker", broker.Address, "--scratch", folder["scratch"], "--max-idle", "1s");

    private static void End(ToolProcess process)
    {
        using (process)
        {
            Assert.True(process.End() == 0, process.Error);
            Assert.Equal("", process.Error);
        }
    }
}
