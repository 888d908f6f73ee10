using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>`--threads`, and what the tool takes by itself where a machine or a container gives it little.</summary>
public sealed class ThreadsAndMemoryTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("score", "--images")]
    [InlineData("watch", "--folder")]
    public void Jobs_NegativeThreads_AreRefused(string command, string photos) =>
        Tool.Run(command, "--model", fitted.Model, photos, fitted.Folder["images"], "--out", _folder["out"], "--threads", "-1").AssertBadInput("--threads");

    [Fact]
    public void Score_AnyThreads_GivesTheSameFiles()
    {
        byte[][] one = Score("1");
        Assert.NotEmpty(one);
        Assert.Equal(one, Score("3"));

        byte[][] Score(string threads)
        {
            Tool.Run(
                "score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", _folder[threads], "--entropy", "--mask", "--threads", threads)
                .AssertSuccess();
            return [.. Directory.GetFiles(_folder[threads], "*.png").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        }
    }

    [Fact]
    public void Evaluate_AnyThreads_GivesTheSameConfusions()
    {
        foreach (string[] model in (string[][])[["--model", fitted.Model], ["--dense", fitted.Dense, "--scale", "0.25", "--size-multiple", "1"]])
        {
            Assert.Equal(Figures("1", model), Figures("3", model));
        }

        string Figures(string threads, string[] model)
        {
            string json = _folder[$"{threads}.json"];
            Tool.Run(["evaluate", .. model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--threads", threads, "--json", json]).AssertSuccess();
            string[] figures = [.. File.ReadAllLines(json).Where(line => line.Contains("iou", StringComparison.OrdinalIgnoreCase))];
            Assert.NotEmpty(figures);
            return string.Join('\n', figures);
        }
    }

    [UnixFact]
    public void Help_LittleMemory_ShowsTheSmallerDefaults()
    {
        // The limit of the managed heap is what .NET derives from a container's limit.
        using ToolProcess help = new("env", ["DOTNET_GCHeapHardLimit=0x10000000", "dotnet", ToolProcess.Beside, "score", "--help"]);
        Assert.Equal(0, help.End());
        Assert.Matches(@"--workers[^-]*\[default: 1\]", help.Output);
        Assert.Matches(@"--max-pixels[^-]*\[default: 4194304\]", help.Output);
        using ToolProcess fit = new("env", ["DOTNET_GCHeapHardLimit=0x10000000", "dotnet", ToolProcess.Beside, "fit", "--help"]);
        Assert.Equal(0, fit.End());
        Assert.Matches(@"--cache[^-]*\[default: 67108864\]", fit.Output);
    }

    [UnixFact]
    public void Score_PhotoLargerThanTheMemoryHolds_SaysThatMemorySetTheLimit()
    {
        _folder.WritePhoto("large.png", 1000, 1100, seed: 1);
        using ToolProcess score = new(
            "env", ["DOTNET_GCHeapHardLimit=0x4000000", "dotnet", ToolProcess.Beside, "score", "--model", fitted.Model, "--images", _folder.Root, "--out", _folder["out"]]);
        Assert.Equal(ExitCodes.SomeFailed, score.End());
        Assert.Contains("1048576 pixels, which is what the memory of this process holds, got 1000x1100", File.ReadAllText(_folder["out/failed.jsonl"]), StringComparison.Ordinal);
    }
}
