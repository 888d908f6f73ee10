using System.Text.Json;
using SparseRefine.Batch;
using SparseRefine.Faults;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>The job behind `score`, in this process.</summary>
public sealed class ScoreJobTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Journal => _folder["out/journal.jsonl"];

    private ToolResult Score(params string[] args) => Tool.Run(["score", "--model", fitted.Model, "--out", _folder["out"], .. args]);

    private JournalEntry[] Entries() => [.. JournalFile.Read(Journal)];

    private ScoringOptions Options(params string[] paths) => new()
    {
        Model = fitted.Model,
        Output = _folder["out"],
        Inputs = new ScoringInputs { Paths = paths },
    };

    [Fact]
    public void Score_Folder_JournalsWhatTheFilesHold()
    {
        _folder.WritePhoto("sub/a.png", 30, 40, seed: 1);
        _folder.WritePhoto("b.jpg", 20, 50, seed: 2);
        Score("--images", _folder["images"], "--overlay", "--entropy", "--mask").AssertSuccess();
        IReadOnlyDictionary<string, string> hashes = JobAudit.Check(_folder["out"]);
        JobAudit.CheckWhole(_folder["out"], hashes);
        Assert.Equal(8, hashes.Count);
        JournalEntry a = Entries().Single(e => e.Id == "sub/a.png");
        Assert.Equal((40, 30), (a.Width, a.Height));
        Assert.Equal(["sub/a.png", "sub/a.overlay.png", "sub/a.entropy.png", "sub/a.mask.png"], a.Outputs.Keys);
        LabelMap labels = IndexPng.Read(_folder["out/sub/a.png"]);
        LabelMap mask = IndexPng.Read(_folder["out/sub/a.mask.png"]);
        LabelMap entropy = IndexPng.Read(_folder["out/sub/a.entropy.png"]);
        Assert.Equal(labels.Labels.Count(l => l == 1) / 1200.0, a.Shares["class1"], 1e-5);
        Assert.Equal(1, a.Shares.Values.Sum(), 1e-5);
        Assert.Equal(mask.Labels.Count(l => l == 255) / 1200.0, a.Density!.Value, 1e-5);
        Assert.All(mask.Labels, value => Assert.True(value is 0 or 255));

        // The model refines the most unsure three tenths: no refined pixel is surer than one that was not.
        byte unsure = Enumerable.Range(0, 1200).Where(i => mask.Labels[i] == 255).Min(i => entropy.Labels[i]);
        byte sure = Enumerable.Range(0, 1200).Where(i => mask.Labels[i] == 0).Max(i => entropy.Labels[i]);
        Assert.InRange(sure, 0, unsure + 1);
        Assert.True(a.Ms.Total > 0 && Math.Abs(a.Ms.Total - (a.Ms.Decode + a.Ms.Dense + a.Ms.Select + a.Ms.Extract + a.Ms.Ensemble + a.Ms.Encode)) < 0.01);
        Assert.True(new PictureSize(30, 40) == PictureProbe.Read(_folder["out/sub/a.overlay.png"]));
    }

    [Fact]
    public void Score_SixteenBits_HoldsTheSameLabels()
    {
        _folder.WritePhoto("a.png", 30, 41, seed: 1);
        Score("--images", _folder["images"]).AssertSuccess();
        LabelMap eight = IndexPng.Read(_folder["out/a.png"]);
        Score("--images", _folder["images"], "--bits", "16").AssertBadInput("journal.jsonl", "results 8 bits instead of 16 bits");
        Score("--images", _folder["images"], "--bits", "16", "--resume", "false").AssertSuccess();
        Assert.Equal(16, File.ReadAllBytes(_folder["out/a.png"])[24]);
        Assert.Equal(eight.Labels, IndexPng.Read(_folder["out/a.png"]).Labels);
    }

    [Fact]
    public void Score_SecondRun_ScoresOnlyWhatIsNew()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        Score("--images", _folder["images"]).AssertSuccess();
        DateTime before = File.GetLastWriteTimeUtc(_folder["out/a.png"]);
        _folder.WritePhoto("b.png", 20, 20, seed: 2);
        ToolResult second = Score("--images", _folder["images"]);
        second.AssertSuccess();
        Assert.Contains("1 of 2 images are there", second.Output);
        Assert.Equal(["a.png", "b.png"], Entries().Select(e => e.Id));
        Assert.Equal(before, File.GetLastWriteTimeUtc(_folder["out/a.png"]));
    }

    [Fact]
    public void Score_JournalOfAnotherModel_IsRefusedWithTheDifference()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        Score("--images", _folder["images"]).AssertSuccess();
        JournalHeader header = JournalFile.ReadHeader(Journal);
        string text = File.ReadAllText(Journal).Replace(header.Model, new string('0', 64), StringComparison.Ordinal);
        File.WriteAllText(Journal, text);
        Score("--images", _folder["images"]).AssertBadInput("journal.jsonl", "model 000000000000", header.Model[..12]);
        Assert.Equal(text, File.ReadAllText(Journal));
    }

    [Fact]
    public void Score_FailedImage_IsTriedAgain()
    {
        string bad = _folder.Write("images/a.png", "no picture");
        _folder.WritePhoto("b.png", 20, 20, seed: 2);
        Assert.Equal(ExitCodes.SomeFailed, Score("--images", _folder["images"]).Code);
        JsonElement failed = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"]))).RootElement;
        Assert.Equal(("a.png", "damaged"), (failed.GetProperty("id").GetString(), failed.GetProperty("reason").GetString()));
        File.Delete(bad);
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        Score("--images", _folder["images"]).AssertSuccess();
        Assert.False(File.Exists(_folder["out/failed.jsonl"]));
        Assert.Equal(["b.png", "a.png"], Entries().Select(e => e.Id));
    }

    [Fact]
    public void Score_MoreFailuresThanAllowed_Ends()
    {
        for (int i = 0; i < 40; i++)
        {
            _folder.Write($"images/{i}.png", "no picture");
        }

        ToolResult result = Score("--images", _folder["images"], "--max-failures", "3");
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("--max-failures: expected at most 3", result.Error);
        Assert.InRange(File.ReadAllLines(_folder["out/failed.jsonl"]).Length, 4, 30);
    }

    [Fact]
    public void Score_TooManyPixels_IsRefusedByTheHeader()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);

        // A header that promises 10^8 pixels, and nothing behind it: the size must be refused before the pixels are missed.
        byte[] bytes = File.ReadAllBytes(_folder["images/a.png"]);
        bytes[16..24].AsSpan().Clear();
        (bytes[17], bytes[18], bytes[21], bytes[22]) = (0, 0x27, 0, 0x27);
        _folder.Write("images/bomb.png", bytes);
        Assert.Equal(ExitCodes.SomeFailed, Score("--images", _folder["images"], "--max-pixels", "1000").Code);
        Assert.Contains("\"reason\":\"tooLarge\"", Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"])));
    }

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
        Assert.Equal(12, Entries().Select(e => e.Id).Distinct().Count());
        Assert.Equal(12, JobAudit.Check(_folder["out"]).Count);

        // The merged journal is that of a job over all images.
        Assert.Contains("12 of 12 images are there", Score("--images", _folder["images"]).Output);
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
        Assert.Equal(["street/one", "b.png"], Entries().Select(e => e.Id));
    }

    [Fact]
    public void Score_LogJson_IsOneObjectALine()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        _folder.Write("images/b.png", "no picture");
        ToolResult result = Score("--images", _folder["images"], "--log-json");
        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal("started", lines[0].GetProperty("event").GetString());
        Assert.Equal(["failed", "scored"], lines[1..^1].Select(l => l.GetProperty("event").GetString()).Order());
        Assert.Equal(("finished", "someFailed"), (lines[^1].GetProperty("event").GetString(), lines[^1].GetProperty("outcome").GetString()));
    }

    [Fact]
    public void Score_Quiet_PrintsNothing()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        Assert.Empty(Score("--images", _folder["images"], "--quiet").Output);
        Assert.Single(Entries());
    }

    [Fact]
    public async Task RunAsync_Observer_SeesPhotoSelectionAndAnswer()
    {
        _folder.WritePhoto("a.png", 20, 24, seed: 1);
        Recorder recorder = new();
        ScoringJob job = new(Options(_folder["images"]), recorder);
        ScoringSummary summary = await job.RunAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.RunAsync());
        Assert.Equal(ScoringOutcome.Completed, summary.Outcome);
        Assert.Equal(["started 1", "scored a.png 20x24 20x24 20x24", "finished Completed"], recorder.Calls);
        Assert.Equal((1, 0, 0, 1), (summary.Progress.Done, summary.Progress.Failed, summary.Progress.Skipped, summary.Progress.Total));
        Assert.Equal(1, summary.Progress.StageShares.Total, 1e-6);
    }

    [Fact]
    public async Task RunAsync_ObserverThrows_StopsWithAnIntactJournal()
    {
        for (int i = 0; i < 30; i++)
        {
            _folder.WritePhoto($"{i}.png", 16, 16, seed: i);
        }

        ScoringSummary summary = await new ScoringJob(Options(_folder["images"]), new Recorder { Throws = true }).RunAsync();
        Assert.Equal(ScoringOutcome.Stopped, summary.Outcome);
        Assert.Contains("no more", summary.Message);
        Assert.InRange(JobAudit.Check(_folder["out"]).Count, 1, 29);
        Assert.Equal(ScoringOutcome.Completed, (await new ScoringJob(Options(_folder["images"])).RunAsync()).Outcome);
        Assert.Equal(30, JobAudit.Check(_folder["out"]).Count);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Constructor_OptionOutOfRange_Throws(int workers, int seconds, int pixels)
    {
        ScoringOptions options = Options("x") with { Workers = workers, TimeLimit = TimeSpan.FromSeconds(seconds), MaxPixels = pixels };
        Assert.Contains("got 0", Assert.Throws<ArgumentException>(() => new ScoringJob(options)).Message.Replace("00:00:00", "0", StringComparison.Ordinal));
    }

    private sealed class Recorder : IScoringObserver
    {
        public List<string> Calls { get; } = [];

        public bool Throws { get; init; }

        public void Started(ScoringJobInfo info) => Calls.Add($"started {info.Total}");

        public void Scored(JournalEntry entry, ScoredPhoto photo)
        {
            if (Throws)
            {
                throw new IOException("no more");
            }

            Calls.Add(
                $"scored {entry.Id} {photo.Photo.Height}x{photo.Photo.Width} {photo.Selection!.DenseLabels.Height}x{photo.Selection.DenseLabels.Width} {photo.Labels.Height}x{photo.Labels.Width}");
        }

        public void Failed(FailedEntry failed) => Calls.Add($"failed {failed.Id}");

        public void Finished(ScoringSummary summary) => Calls.Add($"finished {summary.Outcome}");
    }
}
