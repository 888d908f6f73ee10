using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using SparseRefine.Cli.Tests;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary><c>plan</c>, <c>work</c> and <c>status</c> with a broker, as a user types them.</summary>
[Collection(nameof(RabbitMq))]
public sealed class ToolOnBrokerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly RabbitMq _broker;

    public ToolOnBrokerTests(RabbitMq broker)
    {
        _broker = broker;
        TinyPipeline.SaveStriped(_folder["model.sparserefine"], _folder.Root);
        for (int i = 0; i < 6; i++)
        {
            _folder.WritePhoto($"p{i}.png", 24, 32, i);
        }
    }

    private string Queue { get; } = $"test.{Guid.NewGuid():N}";

    private string[] At => ["--out", _folder["job"], "--broker", _broker.Address];

    private string[] Work => ["work", .. At, "--scratch", _folder["scratch"], "--max-idle", "1s"];

    public void Dispose() => _folder.Dispose();

    [RabbitFact]
    public void PlanWorkStatus_TellWhatIsDone()
    {
        ToolResult plan = Plan("job", "--slices", "3");
        plan.AssertSuccess();
        Assert.Contains($"{_broker.Address}: 3 slices are in queue sparserefine.", plan.Output, StringComparison.Ordinal);
        Assert.Equal((0, 3, 0, 0), Status());

        Tool.Run(Work).AssertSuccess();

        Assert.Equal((3, 0, 0, 0), Status());
        Assert.Contains("0 slices are in queue", Tool.Run(["plan", "--missing", .. At]).Output, StringComparison.Ordinal);
        Assert.Equal(0, StatusByTls().End());
        Tool.Run("status", "--out", _folder["job"], "--broker", _broker.Address.Replace("//", "//ann:s3cret@", StringComparison.Ordinal))
            .AssertBadInput($"{_broker.Address}: expected a user and a password that the broker takes");
        Tool.Run("status", "--out", _folder["job"], "--broker", $"amqps://127.0.0.1:{_broker.Server!.Port}").AssertBadInput("expected TLS with a certificate of its name that this host trusts");
    }

    [RabbitTheory]
    [InlineData("")]
    [InlineData(".dead")]
    public async Task Plan_QueueWithOtherArguments_LeavesNeitherQueueNorJob(string taken)
    {
        await using (IConnection connection = await BrokerAddress.Parse(_broker.Address).Factory("test").CreateConnectionAsync())
        await using (IChannel channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync(Queue + taken, durable: true, exclusive: false, autoDelete: false);
        }

        Plan("job", "--queue", Queue).AssertBadInput($"queue {Queue}: expected a queue with the arguments that plan gives it (or none of that name: plan --queue), got one with others");

        Assert.False(Directory.Exists(_folder["job/lists"]));
        await using SliceQueue queue = await _broker.Open(Queue);
        Assert.Null(await queue.CountAsync());
    }

    [RabbitFact]
    public async Task Plan_PlaceThatCannotBeWritten_NamesItAndMakesNoQueue()
    {
        _folder.Write("file");
        Plan("file/job", "--queue", Queue).AssertBadInput($"{_folder["file/job"]}/", "expected a folder that can be written to");
        await using SliceQueue queue = await _broker.Open(Queue);
        Assert.Null(await queue.CountAsync());
    }

    [RabbitFact]
    public void Plan_SamePhotosIntoTwoPlaces_AreTwoJobs()
    {
        Plan("job", "--slices", "2").AssertSuccess();
        Plan("other", "--slices", "2").AssertSuccess();

        Tool.Run(Work).AssertSuccess();

        Assert.Equal((2, 0, 0, 0), Status());
        Assert.Equal((0, 2, 0, 0), Status("other"));
    }

    [RabbitFact]
    public async Task PlanMissing_ListThatVanished_PublishesTheOthersAndNamesIt()
    {
        Plan("job", "--slices", "3", "--queue", Queue).AssertSuccess();
        File.Delete(_folder["job/lists/1-of-3.jsonl"]);

        Tool.Run(["plan", "--missing", .. At]).AssertBadInput("lists/1-of-3.jsonl: expected the list that plan wrote, got none; 1 slices were not published");

        await using SliceQueue queue = await _broker.Open(Queue);
        Assert.Equal(new QueueCounts(2, 0, 0), await queue.CountAsync());
        Assert.Equal((0, 2, 0, 1), Status());
    }

    [RabbitFact]
    public async Task Status_MessagesThatAreNoSlices_HideNoneThatIsMissing()
    {
        Plan("job", "--slices", "2", "--queue", Queue).AssertSuccess();
        await using (SliceQueue queue = await _broker.Open(Queue))
        {
            await queue.PurgeAsync();
            for (int i = 0; i < 3; i++)
            {
                await queue.PublishAgainAsync(Encoding.UTF8.GetBytes("{}"), new Dictionary<string, object?>(), default);
            }
        }

        ToolResult work = Tool.Run(Work);

        work.AssertBadInput("3 slices were laid aside: status names them");
        Assert.Equal((0, 0, 3, 2), Status());
    }

    [RabbitFact]
    public async Task Work_PhotosWhoseNamesAreNoKeysOrNoText_FailAlone()
    {
        File.Copy(_folder["images/p0.png"], _folder["images/a\\b.png"]);
        File.Copy(_folder["images/p0.png"], _folder["images/a\nb.png"]);

        // No call of .NET makes, nor deletes, a file whose name is not UTF-8.
        string latin = $"'{_folder["images"]}'/$'latin\\xe9.png'";
        await Shell($"cp '{_folder["images/p0.png"]}' {latin}");
        Plan("job").AssertSuccess();

        ToolResult work = Tool.Run(Work);

        await Shell($"rm {latin}");
        work.AssertSuccess();
        Assert.Contains("slice 0/1: 6 scored, 3 failed", work.Output, StringComparison.Ordinal);
        string failed = File.ReadAllText(_folder["job/failed/0-of-1.jsonl"]);
        Assert.Equal(2, failed.Split("which stores do not take").Length - 1);
        Assert.Contains("expected a name in UTF-8", failed, StringComparison.Ordinal);
    }

    private static async Task Shell(string command)
    {
        using Process shell = Process.Start("bash", ["-c", command]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private ToolResult Plan(string job, params string[] more) => Tool.Run(
        ["plan", "--model", _folder["model.sparserefine"], "--images", _folder["images"], "--out", _folder[job], "--broker", _broker.Address, "--photos-per-second", "1", .. more]);

    private (int Done, int Waiting, int LaidAside, int Missing) Status(string job = "job")
    {
        ToolResult status = Tool.Run("status", "--out", _folder[job], "--broker", _broker.Address, "--log-json");
        status.AssertSuccess();
        using JsonDocument json = JsonDocument.Parse(status.Output);
        int Of(string name) => json.RootElement.GetProperty(name).GetInt32();
        return (Of("done"), Of("waiting"), Of("laidAside"), Of("missing"));
    }

    // A process of its own: where the roots are is read once.
    private ToolProcess StatusByTls()
    {
        using Variables root = new(("SSL_CERT_FILE", _broker.Server!.RootFile));
        return new ToolProcess(ToolProcess.Beside, "status", "--out", _folder["job"], "--broker", _broker.Server.TlsAddress);
    }
}
