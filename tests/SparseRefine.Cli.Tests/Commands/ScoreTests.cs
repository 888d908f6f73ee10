using System.Text.Json;
using SparseRefine.Batch;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>How the tool asks for a scoring job and tells about it; what a job does is tested in SparseRefine.Batch.Tests.</summary>
public sealed class ScoreTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Journal => _folder["out/journal.jsonl"];

    private ToolResult Score(params string[] args) => Tool.Run(["score", "--model", fitted.Model, "--out", _folder["out"], .. args]);

    private string[] Ids() => [.. JournalFile.Read(Journal).Select(e => e.Id)];

    [Fact]
    public void Score_ShardsAndMerge_GiveWhatOneRunGives()
    {
        for (int i = 0; i < 12; i++)
        {
            _folder.WritePhoto($"{i}.png", 16, 16, seed: i);
        }

        for (int i = 0; i < 3; i++)
        {
            Score("--images", _folder["images"], "--shard", $"{i}/3").AssertSuccess();
        }

        Tool.Run("merge", "--journals", _folder["out"], "--out", Journal).AssertSuccess();
        Assert.Contains("12 of 12 photos are there", Score("--images", _folder["images"]).Output);
        File.Delete(_folder["out/journal.1-of-3.jsonl"]);
        Tool.Run("merge", "--journals", _folder["out"], "--out", Journal).AssertBadInput("1/3");
    }

    [Fact]
    public void Score_List_TakesIdsAndStandardInput()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        _folder.WritePhoto("b.png", 20, 20, seed: 2);
        string list = _folder.Write("list.csv", $"id,path\nstreet/one,{_folder["images/a.png"]}\n");
        Score("--list", list).AssertSuccess();
        Assert.True(File.Exists(_folder["out/street/one.png"]));
        using ToolProcess process = new(
            ToolProcess.Beside, "score", "--model", fitted.Model, "--out", _folder["out"], "--list", "-", "--root", _folder["images"]);
        process.Input.Write("b.png\n");
        process.Input.Close();
        Assert.Equal(0, process.End());
        Assert.Equal(["street/one", "b.png"], Ids());
    }

    [Fact]
    public void Score_RootThatIsNotThere_IsRefusedBeforeTheStart()
    {
        Score("--list", _folder.Write("list.txt", "a.png\n"), "--root", _folder["none"]).AssertBadInput($"--root: expected a folder, got {_folder["none"]}, which is not there");
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void Score_MoreFailuresThanAllowed_NamesTheOption()
    {
        for (int i = 0; i < 40; i++)
        {
            _folder.Write($"images/{i}.png", "no photo");
        }

        ToolResult result = Score("--images", _folder["images"], "--max-failures", "3", "--max-pixels", "1000", "--bits", "16");
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("--max-failures: expected at most 3", result.Error);
    }

    [Fact]
    public void Score_LogJson_IsOneObjectALine()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        _folder.Write("images/b.png", "no photo");
        ToolResult result = Score("--images", _folder["images"], "--log-json");
        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal("started", lines[0].GetProperty("event").GetString());
        Assert.Equal(["failed", "scored"], lines[1..^1].Select(l => l.GetProperty("event").GetString()).Order());
        Assert.Equal(("finished", "someFailed"), (lines[^1].GetProperty("event").GetString(), lines[^1].GetProperty("outcome").GetString()));
    }

    [Theory]
    [InlineData("--folder: expected one folder to watch", "--folder", "*.png")]
    [InlineData("--rescan: expected more than 0", "--folder", ".", "--rescan", "1e-9")]
    [InlineData("--time-limit: expected more than 0", "--folder", ".", "--time-limit", "1e-9")]
    [InlineData("--out: expected a folder, got none", "--folder", ".", "--out", "")]
    public void Watch_ValueThatTheJobRefuses_IsABadOption(string message, params string[] options)
    {
        string[] own = [.. options.Contains("--out") ? [] : (string[])["--out", _folder["out"]], .. options];
        ToolResult result = Tool.Run(["watch", "--model", fitted.Model, .. own]);
        Assert.Equal(ExitCodes.BadInput, result.Code);
        Assert.StartsWith(message, result.Error);
    }

    [Fact]
    public void Score_Quiet_PrintsNothing()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        Assert.Empty(Score("--images", _folder["images"], "--quiet").Output);
        Assert.Single(Ids());
    }
}
