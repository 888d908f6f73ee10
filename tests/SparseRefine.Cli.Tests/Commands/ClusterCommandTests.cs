using SparseRefine.Batch;
using SparseRefine.Cluster.Tests;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary><c>plan</c>, <c>work</c>, <c>status</c> and <c>merge</c> as a user types them.</summary>
public sealed class ClusterCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public ClusterCommandTests()
    {
        TinyPipeline.SaveStriped(Model, _folder.Root);
        for (int i = 0; i < 6; i++)
        {
            _folder.WritePhoto($"p{i}.png", 24, 32, i);
        }
    }

    private string Model => _folder["model.sparserefine"];

    private string Job => _folder["job"];

    private string[] Plan => ["plan", "--model", Model, "--images", _folder["images"], "--out", Job];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutBroker_PlanWorkStatusMerge_GiveTheJournalOfOneJob()
    {
        ToolResult plan = Tool.Run([.. Plan, "--slices", "2"]);
        plan.AssertSuccess();
        Assert.Contains("6 photos in 2 slices", plan.Output, StringComparison.Ordinal);
        Tool.Run(["work", "--out", Job, "--slice", "1", "--scratch", _folder["scratch"]]).AssertSuccess();
        Assert.Contains("1 of 2 slices done, 1 missing", Tool.Run("status", "--out", Job).Output, StringComparison.Ordinal);
        Assert.EndsWith("1 of 2 slices are missing\n0\n", Tool.Run("plan", "--missing", "--out", Job).Output, StringComparison.Ordinal);
        Tool.Run("merge", "--journals", Job, "--out", _folder["merged.jsonl"]).AssertBadInput("1 missing: 0/2 (plan --missing publishes them)");

        Tool.Run(["work", "--out", Job, "--slice", "0", "--scratch", _folder["scratch"]]).AssertSuccess();
        Assert.Contains("slice 0/2: was done", Tool.Run(["work", "--out", Job, "--slice", "0", "--scratch", _folder["scratch"]]).Output, StringComparison.Ordinal);

        ToolResult merge = Tool.Run("merge", "--journals", Job, "--out", _folder["merged.jsonl"]);
        merge.AssertSuccess();
        Assert.Contains("6 photos of 2 journals", merge.Output, StringComparison.Ordinal);
        Assert.Equal(6, JournalFile.Read(_folder["merged.jsonl"]).Count());
    }

    [Fact]
    public void BadInput_IsOneLine()
    {
        Tool.Run("status", "--out", Job).AssertBadInput("job.json: expected a job that plan made, got none");
        Tool.Run("work", "--out", Job, "--slice", "0", "--broker", "amqp://localhost").AssertBadInput("--broker, --slice: expected one of them, got both");
        Tool.Run("work", "--out", Job).AssertBadInput("--broker, --slice: expected one of them, got none");
        Tool.Run("work", "--out", Job, "--slice", "0", "--max-idle", "soon").AssertBadInput("--max-idle: expected a time as 60s, 5m or 1h, got 'soon'");
        Tool.Run("work", "--out", Job, "--slice", "4294967296").AssertBadInput("--slice: expected a whole number of at least 0, got '4294967296'");
        Tool.Run([.. Plan, "--slices", "4294967298"]).AssertBadInput("--slices: expected a whole number of at least 1, got '4294967298'");
        Tool.Run([.. Plan, "--attempts", "1001"]).AssertBadInput("--attempts: expected 1 to 1000, got 1001");
        Tool.Run(["plan", "--missing", "--model", Model, "--out", Job]).AssertBadInput("--missing: expected no --model");
        Tool.Run("status", "--out", "ftp://host/x").AssertBadInput("ftp://");
        Tool.Run("status", "--out", Job, "--broker", "http://user:s3cret@host").AssertBadInput("--broker: expected amqp://host");
        Tool.Run([.. Plan, "--slices", "2", "--broker", $"amqp://127.0.0.1:{RabbitServer.FreePorts(1)[0]}"]).AssertBadInput("expected a RabbitMQ broker, got");
        Assert.False(Directory.Exists(Job));
        Tool.Run([.. Plan, "--slices", "2"]).AssertSuccess();
        Tool.Run("work", "--out", Job, "--slice", "2").AssertBadInput("--slice: expected 0 to 1, got 2");
        Tool.Run([.. Plan, "--slices", "2"]).AssertBadInput("job.json: expected no job there");
    }

    [Fact]
    public void Secrets_InAddresses_ArePrintedNowhere()
    {
        const string Broker = "amqp://ann:s3cret@127.0.0.1:1";
        foreach (string[] words in (string[][])[
            ["work", "--out", Job, "--broker", Broker, "--print-config"],
            ["status", "--out", Job, Broker],
            ["status", "--out", Job, "--broker", "amqp://ann:s3:cr@et@host"],
            ["status", "--out", Broker],
            ["plan", "--model", Broker, "--images", _folder["images"], "--out", Job],
            [.. Plan, "--broker", Broker]])
        {
            ToolResult result = Tool.Run(words);
            Assert.NotEqual("", result.Output + result.Error);
            Assert.DoesNotContain("s3", result.Output + result.Error, StringComparison.Ordinal);
        }
    }
}
