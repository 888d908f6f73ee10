using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json;
using BitMiracle.LibTiff.Classic;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Faults;
using SparseRefine.Images;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Batch.Tests;

public sealed class ScoringJobTests(JobModel model) : IClassFixture<JobModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Journal => _folder["out/journal.jsonl"];

    private ScoringOptions Options => new()
    {
        Model = model.File,
        Output = _folder["out"],
        Inputs = new ScoringInputs { Paths = [_folder["images"]] },
    };

    private static Task<ScoringSummary> Run(ScoringOptions options) => new ScoringJob(options).RunAsync();

    private async Task Complete(ScoringOptions options) => Assert.Equal(ScoringOutcome.Completed, (await Run(options)).Outcome);

    private JournalEntry[] Entries() => [.. JournalFile.Read(Journal)];

    private void Photos(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _folder.WritePhoto($"{i}.png", 16, 16, seed: i);
        }
    }

    [Fact]
    public async Task RunAsync_Folder_JournalsWhatTheFilesHold()
    {
        _folder.WritePhoto("sub/a.png", 30, 40, seed: 1);
        _folder.WritePhoto("b.jpg", 20, 50, seed: 2);
        await Complete(Options with { Results = new ScoringResults { Overlay = true, Entropy = true, Mask = true } });
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
        using MLImage photo = MLImage.CreateFromFile(Path.Combine(_folder["images"], "sub/a.png"));
        using MLImage overlay = MLImage.CreateFromFile(_folder["out/sub/a.overlay.png"]);
        (byte[] below, byte[] painted) = (photo.GetBGRPixels, overlay.GetBGRPixels);
        byte[] palette = [.. new MLContext().SemanticSegmentation.Describe(model.File).ClassList!.Palette];
        for (int i = 0; i < 1200 * 3; i++)
        {
            // Both are blue, green, red; the opacity is 2/3, 171 in 1/256.
            int color = palette[(labels.Labels[i / 3] * 3) + 2 - (i % 3)];
            Assert.Equal(((171 * color) + (85 * below[i]) + 128) / 256, painted[i]);
        }
    }

    [Fact]
    public async Task RunAsync_SixteenBits_HoldsTheSameLabels()
    {
        _folder.WritePhoto("a.png", 30, 41, seed: 1);
        await Complete(Options);
        LabelMap eight = IndexPng.Read(_folder["out/a.png"]);
        ScoringOptions sixteen = Options with { Results = new ScoringResults { IndexBits = 16 } };
        string message = (await Assert.ThrowsAsync<InvalidInputException>(() => Run(sixteen))).Message;
        Assert.Contains("journal.jsonl", message);
        Assert.Contains("results 8 bits instead of 16 bits", message);
        await Complete(sixteen with { Resume = false });
        Assert.Equal(16, File.ReadAllBytes(_folder["out/a.png"])[24]);
        Assert.Equal(eight.Labels, IndexPng.Read(_folder["out/a.png"]).Labels);
    }

    [Fact]
    public async Task RunAsync_Again_ScoresOnlyWhatIsNew()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        await Complete(Options);
        DateTime before = File.GetLastWriteTimeUtc(_folder["out/a.png"]);
        _folder.WritePhoto("b.png", 20, 20, seed: 2);
        ScoringProgress second = (await Run(Options)).Progress;
        Assert.Equal((1, 1, 2), (second.Done, second.Skipped, second.Total));
        Assert.Equal(["a.png", "b.png"], Entries().Select(e => e.Id));
        Assert.Equal(before, File.GetLastWriteTimeUtc(_folder["out/a.png"]));
    }

    [Fact]
    public async Task RunAsync_JournalOfAnotherModel_IsRefusedWithTheDifference()
    {
        Photos(1);
        await Complete(Options);
        JournalHeader header = JournalFile.ReadHeader(Journal);
        string text = File.ReadAllText(Journal).Replace(header.Model, new string('0', 64), StringComparison.Ordinal);
        File.WriteAllText(Journal, text);
        string message = (await Assert.ThrowsAsync<InvalidInputException>(() => Run(Options))).Message;
        Assert.All(["journal.jsonl", "model 000000000000", header.Model[..12]], part => Assert.Contains(part, message));
        Assert.Equal(text, File.ReadAllText(Journal));
    }

    [Fact]
    public async Task RunAsync_BadPhotos_HaveTheirReasons()
    {
        _folder.WritePhoto("large.png", 40, 40, seed: 1);
        _folder.WritePhoto("cut.png", 20, 20, seed: 1);
        byte[] whole = File.ReadAllBytes(_folder["images/cut.png"]);
        _folder.Write("images/cut.png", whole[..^30]);
        byte[] harmed = [.. whole];
        harmed.AsSpan(whole.Length / 2, 30).Clear();
        _folder.Write("images/harmed.png", harmed);
        byte[] tiff = new TiffFile { Height = 20, Width = 20, Compression = Compression.ADOBE_DEFLATE }.ToBytes();
        _folder.Write("images/cut2.tif", tiff[..^30]);
        harmed = [.. tiff];
        harmed.AsSpan(12, 30).Fill(0xA5);
        _folder.Write("images/harmed2.tif", harmed);
        Assert.Equal(ScoringOutcome.SomeFailed, (await Run(Options with { MaxPixels = 500 })).Outcome);
        Assert.Equal(
            ["cut.png truncated", "cut2.tif truncated", "harmed.png damaged", "harmed2.tif damaged", "large.png tooLarge"],
            File.ReadLines(_folder["out/failed.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(failed => $"{failed.GetProperty("id").GetString()} {failed.GetProperty("reason").GetString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RunAsync_PhotosOfSeveralPages_AreSaidOnce()
    {
        _folder.Write("images/a.tif", new TiffFile { Height = 20, Width = 20, Pages = 2 }.ToBytes());
        _folder.Write("images/b.tif", new TiffFile { Height = 20, Width = 20, Pages = 3 }.ToBytes());
        _folder.Write("images/c.tif", new TiffFile { Height = 20, Width = 20 }.ToBytes());
        ScoringSummary summary = await Run(Options);
        Assert.Equal(ScoringOutcome.Completed, summary.Outcome);
        Assert.Matches("images.[ab].tif: a file of several pages, of which the first is read$", summary.PhotoRemark);
        Directory.Delete(_folder["out"], recursive: true);
        Assert.Null((await Run(Options with { Inputs = new ScoringInputs { Paths = [_folder["images/c.tif"]] } })).PhotoRemark);
    }

    [Fact]
    public async Task RunAsync_FailedPhoto_IsTriedAgain()
    {
        _folder.Write("images/a.png", "no photo");
        _folder.WritePhoto("b.png", 20, 20, seed: 2);
        Assert.Equal(ScoringOutcome.SomeFailed, (await Run(Options)).Outcome);
        JsonElement failed = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"]))).RootElement;
        Assert.Equal(("a.png", "damaged"), (failed.GetProperty("id").GetString(), failed.GetProperty("reason").GetString()));
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        await Complete(Options);
        Assert.False(File.Exists(_folder["out/failed.jsonl"]));
        Assert.Equal(["b.png", "a.png"], Entries().Select(e => e.Id));
    }

    [Fact]
    public async Task RunAsync_MoreFailuresThanAllowed_Ends()
    {
        for (int i = 0; i < 40; i++)
        {
            _folder.Write($"images/{i}.png", "no photo");
        }

        ScoringSummary summary = await Run(Options with { MaxFailures = 3 });
        Assert.Equal(ScoringOutcome.TooManyFailures, summary.Outcome);
        Assert.Contains("expected at most 3", summary.Message);
        Assert.InRange(File.ReadAllLines(_folder["out/failed.jsonl"]).Length, 4, 30);
    }

    [Fact]
    public async Task RunAsync_TooManyPixels_IsRefusedByTheHeader()
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);

        // A header that promises 10^8 pixels, and nothing behind it: the size must be refused before the pixels are missed.
        byte[] bytes = File.ReadAllBytes(_folder["images/a.png"]);
        bytes[16..24].AsSpan().Clear();
        (bytes[17], bytes[18], bytes[21], bytes[22]) = (0, 0x27, 0, 0x27);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Crc32.HashToUInt32(bytes.AsSpan(12, 17)));
        _folder.Write("images/bomb.png", bytes);
        Assert.Equal(ScoringOutcome.SomeFailed, (await Run(Options with { MaxPixels = 1000 })).Outcome);
        Assert.Contains("\"reason\":\"tooLarge\"", Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"])));
    }

    [Fact]
    public async Task RunAsync_SlicesAndMerge_GiveWhatOneRunGives()
    {
        Photos(12);
        for (int i = 0; i < 3; i++)
        {
            await Complete(Options with { Shard = new Shard(i, 3) });
        }

        string[] journals = [.. Enumerable.Range(0, 3).Select(i => _folder[$"out/journal.{i}-of-3.jsonl"])];
        Assert.Equal(12, JournalMerge.Merge(journals, Journal));
        Assert.Equal(12, JobAudit.Check(_folder["out"]).Count);

        // The merged journal is that of a job over all photos.
        ScoringProgress whole = (await Run(Options)).Progress;
        Assert.Equal((0, 12), (whole.Done, whole.Skipped));
    }

    [Fact]
    public async Task RunAsync_Observer_SeesPhotoSelectionAndAnswer()
    {
        _folder.WritePhoto("a.png", 20, 24, seed: 1);
        Recorder recorder = new();
        ScoringJob job = new(Options, recorder);
        ScoringSummary summary = await job.RunAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.RunAsync());
        Assert.Equal(ScoringOutcome.Completed, summary.Outcome);
        Assert.Equal(["started 1", "scored a.png 20x24 20x24 20x24", "finished Completed"], recorder.Calls);
        Assert.Equal((1, 0, 0, 1), (summary.Progress.Done, summary.Progress.Failed, summary.Progress.Skipped, summary.Progress.Total));
        Assert.Equal(1, summary.Progress.StageShares.Total, 1e-6);
    }

    [Fact]
    public async Task RunAsync_ObserverThrows_GoesOnAndSaysSoOnce()
    {
        Photos(3);
        Recorder broken = new() { OnScored = () => throw new IOException("no more") };
        Recorder whole = new();
        ScoringSummary summary = await new ScoringJob(Options, broken, whole).RunAsync();
        Assert.Equal((ScoringOutcome.Completed, null), (summary.Outcome, summary.Message));
        Assert.Contains("Recorder", summary.ObserverProblem);
        Assert.Contains("got no more", summary.ObserverProblem);
        Assert.Equal((2, 5), (broken.Calls.Count, whole.Calls.Count));
        Assert.Equal(3, JobAudit.Check(_folder["out"]).Count);
    }

    [Theory]
    [InlineData("result gone")]
    [InlineData("result cut")]
    [InlineData("photo changed")]
    [InlineData("other model")]
    public async Task RunAsync_NotAsTheJournalSays_IsScoredAgain(string what)
    {
        Photos(3);
        await Complete(Options);
        switch (what)
        {
            case "result gone":
                File.Delete(_folder["out/1.png"]);
                break;
            case "result cut":
                File.WriteAllText(_folder["out/1.png"], "cut");
                break;
            case "other model":
                string[] lines = File.ReadAllLines(Journal);
                lines = [.. lines.Select(line => line.Contains("\"id\":\"1.png\"", StringComparison.Ordinal)
                    ? line.Replace(JournalFile.ReadHeader(Journal).Model, new string('0', 64), StringComparison.Ordinal)
                    : line)];
                File.WriteAllText(Journal, string.Join('\n', lines) + '\n');
                break;
            default:
                _folder.WritePhoto("1.png", 20, 24, seed: 9);
                break;
        }

        Recorder recorder = new();
        ScoringProgress progress = (await new ScoringJob(Options, recorder).RunAsync()).Progress;
        Assert.Equal((1, 2), (progress.Done, progress.Skipped));
        Assert.Contains("1.png", Assert.Single(recorder.Info!.Outdated));
        Assert.Equal(3, JobAudit.Check(_folder["out"]).Count);
        Assert.Equal(["0.png", "1.png", "2.png"], Entries().Select(e => e.Id).Order());
    }

    [Fact]
    public async Task RunAsync_ResultOfOtherContent_IsFoundByVerify()
    {
        Photos(2);
        await Complete(Options);
        byte[] bytes = File.ReadAllBytes(_folder["out/1.png"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder["out/1.png"], bytes);
        Assert.Equal(0, (await Run(Options)).Progress.Done);
        Assert.Equal(1, (await Run(Options with { Verify = true })).Progress.Done);
        Assert.Equal(2, JobAudit.Check(_folder["out"]).Count);
    }

    [Fact]
    public async Task RunAsync_JournalOfAnEarlierBuild_GoesOn()
    {
        Photos(2);
        await Complete(Options);
        string[] lines = [JournalFile.ReadHeader(Journal).ToJson(), .. Entries().Select(e => (e with { OutputBytes = null, InputBytes = null, InputTime = null }).ToJson())];
        Assert.DoesNotContain("inputBytes", lines[1]);
        File.WriteAllText(Journal, string.Join('\n', lines) + '\n');
        Assert.Equal((0, 2), ((await Run(Options)).Progress.Done, (await Run(Options)).Progress.Skipped));
    }

    [UnixFact]
    public async Task RunAsync_AnotherJournalInItsPlace_Stops()
    {
        Photos(60);
        Recorder swaps = new()
        {
            OnScored = () =>
            {
                if (!File.Exists(_folder["copy"]))
                {
                    File.Copy(Journal, _folder["copy"]);
                    File.Move(_folder["copy"], Journal, overwrite: true);
                    File.WriteAllText(_folder["copy"], "done");
                }
            },
        };
        ScoringSummary summary = await new ScoringJob(Options, swaps).RunAsync();
        Assert.Equal(ScoringOutcome.Stopped, summary.Outcome);
        Assert.Contains("expected the journal that this job writes", summary.Message);
    }

    [UnixFact]
    public async Task RunAsync_NamedPipeAmongPhotos_FailsAlone()
    {
        Photos(2);
        Unix.MakePipe(_folder["images/pipe.png"]);
        ScoringSummary summary = await Run(Options);
        Assert.Equal((ScoringOutcome.SomeFailed, 2, 1), (summary.Outcome, summary.Progress.Done, summary.Progress.Failed));
        string line = File.ReadAllText(_folder["out/failed.jsonl"]);
        Assert.Contains("a named pipe", line);
        Assert.Contains("\"reason\":\"unreadable\"", line);
    }

    [UnixFact]
    public async Task RunAsync_LinkWithinTheOutputFolder_FailsThePhotosBehindItAlone()
    {
        Photos(2);
        _folder.WritePhoto("sub/deep/a.png", 16, 16, seed: 3);
        Directory.CreateDirectory(_folder["out"]);
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.CreateSymbolicLink(_folder["out/sub"], _folder["elsewhere"]);
        ScoringSummary summary = await Run(Options);
        Assert.Equal((ScoringOutcome.SomeFailed, 2, 1), (summary.Outcome, summary.Progress.Done, summary.Progress.Failed));
        Assert.Contains($"within the output folder, got sub, a link to {_folder["elsewhere"]}", File.ReadAllText(_folder["out/failed.jsonl"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["elsewhere"]));
    }

    // What a run that was killed leaves of the photos that were in work.
    private void Kill(params string[] ids)
    {
        string folder = _folder["out/.journal.tmp"];
        byte[] left = PhotosInWork.ReadLeft(Path.Combine(folder, "photos.begun"));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        using PhotosInWork killed = new(Path.Combine(folder, "photos.begun"), left);
        Array.ForEach(ids, id => killed.Begin(new WorkItem(id, id)));
    }

    [Fact]
    public async Task RunAsync_KilledOverAPhoto_ScoresItLast()
    {
        Photos(8);
        Kill("3.png");
        await Complete(Options);
        Assert.Equal("3.png", Entries()[^1].Id);
        Assert.Equal(8, JobAudit.Check(_folder["out"]).Count);
    }

    [Fact]
    public async Task RunAsync_KilledTwiceOverAPhoto_FailsItByNameAndTriesItInTheNextRun()
    {
        Photos(8);
        Kill("3.png", "4.png");
        Kill("3.png");
        ScoringSummary summary = await Run(Options);
        Assert.Equal((ScoringOutcome.SomeFailed, 7, 1, 0), (summary.Outcome, summary.Progress.Done, summary.Progress.Failed, summary.Progress.InternalErrors));
        JsonElement failed = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"]))).RootElement;
        Assert.Equal(("3.png", "unfinished"), (failed.GetProperty("id").GetString(), failed.GetProperty("reason").GetString()));
        Assert.Equal("4.png", Entries()[^1].Id);
        await Complete(Options);
        Assert.Equal(8, JobAudit.Check(_folder["out"]).Count);
    }

    [Theory]
    [InlineData("two lines")]
    [InlineData("id alone")]
    [InlineData("no results")]
    public async Task RunAsync_LinesThatDoNotTell_AreCutAndThePhotosScoredAgain(string what)
    {
        Photos(3);
        await Complete(Options);
        string[] lines = File.ReadAllLines(Journal);
        string id = JournalFile.Read(Journal).Last().Id;
        lines = what switch
        {
            "two lines" => [.. lines, lines[^1]],
            "id alone" => [.. lines[..^1], $"{{\"id\":\"{id}\"}}"],
            _ => [.. lines[..^1], (JournalFile.Read(Journal).Last() with { Outputs = new Dictionary<string, string>() }).ToJson()],
        };
        File.WriteAllText(Journal, string.Join('\n', lines) + '\n');
        ScoringProgress progress = (await Run(Options)).Progress;
        Assert.Equal((1, 2), (progress.Done, progress.Skipped));
        Assert.Equal(3, JobAudit.Check(_folder["out"]).Count);
        Assert.Equal(id, Entries()[^1].Id);
    }

    [Fact]
    public async Task RunAsync_LineOfANewerForm_IsNamed()
    {
        Photos(2);
        await Complete(Options);
        string text = string.Join('\n', [JournalFile.ReadHeader(Journal).ToJson(), .. Entries().Select(e => (e with { Schema = 2 }).ToJson())]) + '\n';
        File.WriteAllText(Journal, text);
        string message = (await Assert.ThrowsAsync<InvalidInputException>(() => Run(Options))).Message;
        Assert.Contains("journal.jsonl, line 2: expected schema 1, got 2", message);
        Assert.Equal(text, File.ReadAllText(Journal));
    }

    [Fact]
    public async Task RunAsync_ByteOrderMarkBeforeTheJournal_GoesOn()
    {
        Photos(2);
        await Complete(Options);
        File.WriteAllText(Journal, "\uFEFF" + File.ReadAllText(Journal));
        Assert.Equal(2, (await Run(Options)).Progress.Skipped);
        File.Delete(_folder["out/1.png"]);
        Assert.Equal(1, (await Run(Options)).Progress.Done);
        Assert.Equal(2, Entries().Length);
    }

    [Fact]
    public async Task RunAsync_FolderWhereAnAnswerShouldBe_FailsThatPhotoAlone()
    {
        Photos(2);
        _folder.Write("out/1.png/there");
        ScoringSummary summary = await Run(Options);
        Assert.Equal((ScoringOutcome.SomeFailed, 1, 1), (summary.Outcome, summary.Progress.Done, summary.Progress.Failed));
        Assert.Contains("got 1.png, a folder", File.ReadAllText(_folder["out/failed.jsonl"]));
    }

    [UnixFact]
    public async Task RunAsync_OutputFolderVanishes_StopsWithItsName()
    {
        Photos(60);
        ScoringSummary summary = await new ScoringJob(Options, MovesAfterTheFirst("out")).RunAsync();
        Assert.Equal(ScoringOutcome.Stopped, summary.Outcome);
        Assert.Contains(_folder["out"], summary.Message);
        Assert.False(Directory.Exists(_folder["out"]));

        // What was done is whole, and the job goes on where it was moved to.
        Assert.InRange(JobAudit.Check(_folder["moved"]).Count, 1, 59);
        Directory.Move(_folder["moved"], _folder["out"]);
        await Complete(Options);
        Assert.Equal(60, JobAudit.Check(_folder["out"]).Count);
    }

    [UnixFact]
    public async Task RunAsync_InputFolderVanishes_StopsWithItsName()
    {
        Photos(60);
        ScoringSummary summary = await new ScoringJob(Options, MovesAfterTheFirst("images")).RunAsync();
        Assert.Equal(ScoringOutcome.Stopped, summary.Outcome);
        Assert.Contains(_folder["images"], summary.Message);
        Directory.Move(_folder["moved"], _folder["images"]);
        await Complete(Options);
        Assert.Equal(60, JobAudit.Check(_folder["out"]).Count);
    }

    [Fact]
    public void Constructor_WatchOfTwoFolders_IsRefused()
    {
        ScoringOptions options = Options with { Watch = true, Inputs = new ScoringInputs { Paths = ["a", "b"] } };
        Assert.Equal("Inputs: expected one folder to watch, got a b", Assert.Throws<ArgumentException>(() => new ScoringJob(options)).Message);
    }

    // The observer is called between two photos, so no clock decides when the folder goes.
    private Recorder MovesAfterTheFirst(string name)
    {
        bool isMoved = false;
        return new Recorder
        {
            OnScored = () =>
            {
                if (!isMoved)
                {
                    isMoved = true;
                    Directory.Move(_folder[name], _folder["moved"]);
                }
            },
        };
    }

    private sealed class Recorder : IScoringObserver
    {
        public List<string> Calls { get; } = [];

        public Action OnScored { get; init; } = () => { };

        public ScoringJobInfo? Info { get; private set; }

        public void Started(ScoringJobInfo info)
        {
            Info = info;
            Calls.Add($"started {info.Total}");
        }

        public void Scored(JournalEntry entry, SegmentationResult result)
        {
            OnScored();
            Calls.Add(
                $"scored {entry.Id} {result.Photo.Height}x{result.Photo.Width} {result.Selection!.DenseLabels.Height}x{result.Selection.DenseLabels.Width} {result.Labels.Height}x{result.Labels.Width}");
        }

        public void Failed(FailedEntry failed) => Calls.Add($"failed {failed.Id}");

        public void Finished(ScoringSummary summary) => Calls.Add($"finished {summary.Outcome}");
    }
}
