using System.Security.Cryptography;
using SparseRefine.Batch;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Cluster.Tests.Jobs;

/// <summary>What a scoring job does whose photos and results are in a store, whatever store that is.</summary>
public static class StoreJobContract
{
    private static readonly Func<StoreScene, Task>[] Tests =
    [
        Run_Photos_GiveWhatAFolderGives,
        Run_Again_ScoresNothing,
        Run_OutputBelowTheInput_IsNoInput,
        Run_BadPhoto_IsTriedAgain,
        Run_Stopped_GoesOnAndScoresNothingTwice,
        Run_ResultsWithoutAJournal_StayAndAreNamed,
        Run_ResultOlderThanItsPhoto_IsReplaced,
        Run_TwoJobsAtOnce_LeaveOneSetOfResults,
        Run_Slices_AreMerged,
        Run_OtherModel_IsRefused,
        Run_Verify_ScoresWhatDiffers,
        Run_NotResumed_BeginsAnew,
        Run_StoreGoesAway_StopsAndGoesOn,
        Run_ListOfAddresses_GivesTheIdsOfTheRoot,
        Watch_PhotosArrive_AreScoredOnce,
    ];

    /// <summary>The names of the tests.</summary>
    public static TheoryData<string> Names => [.. Tests.Select(test => test.Method.Name)];

    /// <summary>Runs one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">A prefix that no other test uses; null: folders.</param>
    /// <param name="endpoint">Its server.</param>
    public static async Task RunAsync(string name, string? address, Uri? endpoint)
    {
        await using StoreScene scene = new(address, endpoint);
        await Tests.Single(test => test.Method.Name == name)(scene);
    }

    private static async Task Run_Photos_GiveWhatAFolderGives(StoreScene scene)
    {
        await scene.PutPhotos("a.png", "street/b.png", "street/ü x.png");
        await StoreScene.Put(scene.Input, "street/notes.txt", [1]);
        await StoreScene.Put(scene.Input, "street/.hidden.png", [1]);
        ScoringResults results = new() { Overlay = true, Mask = true };
        ScoringSummary summary = await StoreScene.Run(scene.Options with { Results = results });
        Assert.Equal((ScoringOutcome.Completed, 3), (summary.Outcome, (int)summary.Progress.Done));
        await StoreScene.Run(new ScoringOptions
        {
            Model = scene.Options.Model,
            Output = scene.Folder["plain"],
            Inputs = new ScoringInputs { Paths = [scene.Folder["photos"]] },
            Results = results,
        });
        JournalEntry[] plain = [.. JournalFile.Read(scene.Folder["plain/journal.jsonl"])];
        JournalEntry[] entries = await scene.Entries();
        Assert.Equal(["a.png", "street/b.png", "street/ü x.png"], entries.Select(e => e.Id).Order(StringComparer.Ordinal));
        foreach (JournalEntry entry in entries)
        {
            JournalEntry other = plain.Single(e => e.Id == entry.Id);
            Assert.Equal(other.Outputs.ToDictionary(o => scene.Results + o.Key, o => o.Value), entry.Outputs);
            Assert.Equal(other.InputBytes, entry.InputBytes);
            Assert.Equal(scene.IsCloud ? scene.Input.AddressOf(entry.Id) : Path.Combine(scene.Photos, entry.Id), entry.Path);
            foreach ((string key, string hash) in entry.Outputs)
            {
                Assert.Equal(hash, Hash(await StoreScene.Read(scene.Output, key)));
            }
        }

        Assert.Equal(9, (await scene.Keys("results/")).Length);
        Assert.Equal(["journals/0-of-1.jsonl"], (await scene.Keys("")).Where(key => !key.StartsWith("results/", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(scene.Folder["work"]), "nothing stays in the workspace");
    }

    private static async Task Run_Again_ScoresNothing(StoreScene scene)
    {
        await scene.PutPhotos("a.png", "b.png");
        await StoreScene.Run(scene.Options);
        Dictionary<string, DateTime> before = await Times(scene);
        ScoringSummary summary = await StoreScene.Run(scene.Options);
        Assert.Equal((ScoringOutcome.Completed, 2, 2), (summary.Outcome, (int)summary.Progress.Skipped, (int)summary.Progress.Total!));
        Assert.Equal(before, await Times(scene));

        // A photo that comes later is the only one that is scored.
        await scene.PutPhotos("c.png");
        summary = await StoreScene.Run(scene.Options);
        Assert.Equal((2, 3), ((int)summary.Progress.Skipped, (await scene.Entries()).Length));
    }

    private static async Task Run_OutputBelowTheInput_IsNoInput(StoreScene scene)
    {
        await scene.PutPhotos("a.png", "b.png");
        string above = scene.IsCloud ? scene.Photos[..scene.Photos.LastIndexOf('/')] : scene.Folder.Root;
        ScoringOptions options = scene.Options with { Inputs = new ScoringInputs { Paths = [above] } };
        await StoreScene.Run(options);
        ScoringSummary summary = await StoreScene.Run(options);
        string[] ids = scene.IsCloud ? ["in/a.png", "in/b.png"] : ["images/a.png", "images/b.png", "labels/a.png", "labels/b.png", "photos/a.png", "photos/b.png"];
        Assert.Equal((ScoringOutcome.Completed, ids.Length), (summary.Outcome, (int)summary.Progress.Skipped));
        Assert.Equal(ids, (await scene.Entries()).Select(e => e.Id).Order(StringComparer.Ordinal));
    }

    private static async Task Run_BadPhoto_IsTriedAgain(StoreScene scene)
    {
        await scene.PutPhotos("a.png", "b.png");
        byte[] whole = await StoreScene.Read(scene.Input, "b.png");
        await StoreScene.Put(scene.Input, "b.png", whole[..(whole.Length / 2)]);
        ScoringSummary summary = await StoreScene.Run(scene.Options);
        Assert.Equal((ScoringOutcome.SomeFailed, 1), (summary.Outcome, (int)summary.Progress.Failed));
        string failed = System.Text.Encoding.UTF8.GetString(await StoreScene.Read(scene.Output, "failed/0-of-1.jsonl"));
        Assert.Contains("\"id\":\"b.png\"", failed, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"truncated\"", failed, StringComparison.Ordinal);
        Assert.Equal(["a.png"], (await scene.Entries()).Select(e => e.Id));

        await StoreScene.Put(scene.Input, "b.png", whole);
        summary = await StoreScene.Run(scene.Options);
        Assert.Equal((ScoringOutcome.Completed, 1), (summary.Outcome, (int)summary.Progress.Skipped));
        Assert.Equal(["a.png", "b.png"], (await scene.Entries()).Select(e => e.Id).Order());
        Assert.Empty(await scene.Keys("failed/"));
    }

    private static async Task Run_Stopped_GoesOnAndScoresNothingTwice(StoreScene scene)
    {
        await scene.PutPhotos(Enumerable.Range(0, 12).Select(i => $"p{i:00}.png"));
        List<string> scored = [];
        for (int run = 0; run < 2; run++)
        {
            using CancellationTokenSource stop = new();
            Counter counter = new(scored, () => stop.Cancel());
            ScoringSummary stopped = await StoreScene.Run(scene.Options with { Workers = 1 }, stop.Token, counter);
            Assert.Equal(ScoringOutcome.Cancelled, stopped.Outcome);
            Assert.Empty(await scene.Keys("journals/"));
            Assert.Equal(run + 1, (await scene.Keys("parts/0-of-1/")).Length);
        }

        int before = scored.Count;
        ScoringSummary summary = await StoreScene.Run(scene.Options, default, new Counter(scored, () => { }));
        Assert.Equal((ScoringOutcome.Completed, before), (summary.Outcome, (int)summary.Progress.Skipped));
        Assert.Equal(12, scored.Distinct().Count());
        Assert.Equal(12, scored.Count);
        Assert.Equal(scored.Order(), (await scene.Entries()).Select(e => e.Id).Order());
        Assert.Empty(await scene.Keys("parts/"));
    }

    private static async Task Run_ResultsWithoutAJournal_StayAndAreNamed(StoreScene scene)
    {
        // As a job leaves them that was killed, or another job on another processor, whose bytes differ.
        await scene.PutPhotos("a.png", "b.png");
        byte[] others = [1, 2, 3];
        await StoreScene.Put(scene.Output, scene.Results + "b.png", others);
        await StoreScene.Run(scene.Options);
        await scene.Output.DeleteAsync("journals/0-of-1.jsonl");
        Dictionary<string, DateTime> before = await Times(scene);
        Assert.Equal(ScoringOutcome.Completed, (await StoreScene.Run(scene.Options)).Outcome);
        Assert.Equal(before, (await Times(scene)).Where(o => o.Key.StartsWith("results/", StringComparison.Ordinal)));
        JournalEntry b = (await scene.Entries()).Single(e => e.Id == "b.png");
        Assert.Equal((Hash(others), 3), (b.Outputs[scene.Results + "b.png"], (int)b.OutputBytes![scene.Results + "b.png"]));
    }

    private static async Task Run_ResultOlderThanItsPhoto_IsReplaced(StoreScene scene)
    {
        await StoreScene.Put(scene.Output, scene.Results + "a.png", [1, 2, 3]);

        // Stores tell time in seconds.
        DateTime put = (await scene.Output.FindAsync(scene.Results + "a.png"))!.Changed;
        do
        {
            await scene.PutPhotos("a.png");
        }
        while ((await scene.Input.FindAsync("a.png"))!.Changed <= put);

        Assert.Equal(ScoringOutcome.Completed, (await StoreScene.Run(scene.Options)).Outcome);
        byte[] result = await StoreScene.Read(scene.Output, scene.Results + "a.png");
        Assert.True(result.Length > 3);
        Assert.Equal(Hash(result), (await scene.Entries())[0].Outputs[scene.Results + "a.png"]);
    }

    private static async Task Run_TwoJobsAtOnce_LeaveOneSetOfResults(StoreScene scene)
    {
        await scene.PutPhotos(Enumerable.Range(0, 8).Select(i => $"p{i}.png"));
        ScoringSummary[] summaries = await Task.WhenAll(
            StoreScene.Run(scene.Options with { Workspace = scene.Folder["work1"] }), StoreScene.Run(scene.Options with { Workspace = scene.Folder["work2"] }));
        Assert.All(summaries, summary => Assert.Equal(ScoringOutcome.Completed, summary.Outcome));
        JournalEntry[] entries = await scene.Entries();
        Assert.Equal(8, entries.Select(e => e.Id).Distinct().Count());
        Assert.Equal(8, entries.Length);
        Assert.Equal(8, (await scene.Keys("results/")).Length);
        foreach (JournalEntry entry in entries)
        {
            Assert.Equal(entry.Outputs.Single().Value, Hash(await StoreScene.Read(scene.Output, entry.Outputs.Single().Key)));
        }
    }

    private static async Task Run_Slices_AreMerged(StoreScene scene)
    {
        await scene.PutPhotos(Enumerable.Range(0, 9).Select(i => $"p{i}.png"));
        await StoreScene.Run(scene.Options with { Shard = new Shard(0, 2) });
        string[] journals = [scene.Output.AddressOf("journals/0-of-2.jsonl"), scene.Output.AddressOf("journals/1-of-2.jsonl")];
        Assert.Contains(
            "none of 1/2", Assert.Throws<InvalidInputException>(() => JournalMerge.Merge([journals[0]], scene.Folder["merged.jsonl"], scene.Opener)).Message, StringComparison.Ordinal);
        Assert.StartsWith(journals[1], Assert.Throws<InvalidInputException>(() => JournalMerge.Merge(journals, scene.Folder["merged.jsonl"], scene.Opener)).Message, StringComparison.Ordinal);
        await StoreScene.Run(scene.Options with { Shard = new Shard(1, 2) });
        Assert.Equal(9, JournalMerge.Merge(journals, scene.Folder["merged.jsonl"], scene.Opener));
        Assert.Equal(9, JournalFile.Read(scene.Folder["merged.jsonl"]).Select(e => e.Id).Distinct().Count());

        // The merged journal is that of a job over all photos.
        Assert.Equal(9, JournalMerge.Merge(journals, scene.Output.AddressOf("journals/0-of-1.jsonl"), scene.Opener));
        ScoringSummary summary = await StoreScene.Run(scene.Options);
        Assert.Equal((ScoringOutcome.Completed, 9), (summary.Outcome, (int)summary.Progress.Skipped));
    }

    private static async Task Run_OtherModel_IsRefused(StoreScene scene)
    {
        await scene.PutPhotos("a.png");
        await StoreScene.Run(scene.Options);
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => StoreScene.Run(scene.Options with { Results = new ScoringResults { Mask = true } }));
        Assert.StartsWith($"{scene.Output.AddressOf("journals/0-of-1.jsonl")}: expected a journal of the same job", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.Folder["work"]));
    }

    private static async Task Run_Verify_ScoresWhatDiffers(StoreScene scene)
    {
        await scene.PutPhotos("a.png", "b.png", "c.png");
        await StoreScene.Run(scene.Options);
        string hash = Hash(await StoreScene.Read(scene.Output, scene.Results + "a.png"));
        await StoreScene.Put(scene.Output, scene.Results + "a.png", [1, 2, 3]);
        await scene.Output.DeleteAsync(scene.Results + "b.png");
        Observer told = new();
        ScoringSummary summary = await StoreScene.Run(scene.Options with { Verify = true }, default, told);
        Assert.Equal((ScoringOutcome.Completed, 1), (summary.Outcome, (int)summary.Progress.Skipped));
        Assert.Equal(2, told.Outdated.Count);
        Assert.Equal(hash, Hash(await StoreScene.Read(scene.Output, scene.Results + "a.png")));
        JournalEntry[] entries = await scene.Entries();
        Assert.Equal(["a.png", "b.png", "c.png"], entries.Select(e => e.Id).Order());
        Assert.Equal(hash, entries.Single(e => e.Id == "a.png").Outputs.Single().Value);
        Assert.Empty(await scene.Keys("parts/"));
    }

    private static async Task Run_NotResumed_BeginsAnew(StoreScene scene)
    {
        await scene.PutPhotos("a.png");
        await StoreScene.Run(scene.Options);
        await StoreScene.Put(scene.Output, scene.Results + "a.png", [1, 2, 3]);
        ScoringSummary summary = await StoreScene.Run(scene.Options with { Resume = false });
        Assert.Equal((ScoringOutcome.Completed, 0), (summary.Outcome, (int)summary.Progress.Skipped));
        Assert.Equal((await scene.Entries()).Single().Outputs.Single().Value, Hash(await StoreScene.Read(scene.Output, scene.Results + "a.png")));
    }

    private static async Task Run_StoreGoesAway_StopsAndGoesOn(StoreScene scene)
    {
        await scene.PutPhotos(Enumerable.Range(0, 8).Select(i => $"p{i}.png"));
        ScoringSummary stopped = await StoreScene.Run(scene.Options with { OutputStore = new CutStore(scene.Output, putsLeft: 3), Workers = 1 });
        Assert.Equal(ScoringOutcome.Stopped, stopped.Outcome);
        Assert.Contains("expected a server that answers, got none", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(0, stopped.Progress.Failed);
        Assert.Equal(3, (await scene.Keys("results/")).Length);
        Dictionary<string, DateTime> before = await Times(scene);
        Assert.Equal(ScoringOutcome.Completed, (await StoreScene.Run(scene.Options)).Outcome);
        Assert.Equal(8, (await scene.Entries()).Select(e => e.Id).Distinct().Count());
        Assert.Equal(before, (await Times(scene)).Where(o => before.ContainsKey(o.Key)));
    }

    private static async Task Run_ListOfAddresses_GivesTheIdsOfTheRoot(StoreScene scene)
    {
        if (!scene.IsCloud)
        {
            return;
        }

        await scene.PutPhotos("a.png", "street/b.png", "street/c.png");
        await StoreScene.Put(scene.Input, "list.csv", System.Text.Encoding.UTF8.GetBytes($"id,path\n,street/b.png\nown,{scene.Photos}/street/c.png\n,none.png\n"));
        ScoringInputs inputs = new() { List = $"{scene.Photos}/list.csv", Root = scene.Photos };
        ScoringSummary summary = await StoreScene.Run(scene.Options with { Inputs = inputs });
        Assert.Equal((ScoringOutcome.SomeFailed, 1), (summary.Outcome, (int)summary.Progress.Failed));
        Assert.Equal(["own", "street/b.png"], (await scene.Entries()).Select(e => e.Id).Order(StringComparer.Ordinal));
        Assert.Contains(
            $"{scene.Photos}/none.png: expected a photo, got no such", System.Text.Encoding.UTF8.GetString(await StoreScene.Read(scene.Output, "failed/0-of-1.jsonl")), StringComparison.Ordinal);

        // A result that is a photo of the same job.
        string own = scene.Output.AddressOf($"{scene.Results}own.png");
        ScoringInputs results = new() { Reader = new StringReader($"id,path\nown.jpg,{scene.Photos}/a.png\nother,{own}\n") };
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => StoreScene.Run(scene.Options with { Inputs = results }));
        Assert.Contains($"expected a folder where no photo is overwritten, got {own}, which the result {own} of {scene.Photos}/a.png would replace", refused.Message, StringComparison.Ordinal);

        // One photo, and a pattern.
        ScoringOptions other = scene.Options with { OutputStore = null, Output = scene.Folder["plain"] };
        await StoreScene.Run(other with { Inputs = new ScoringInputs { Paths = [$"{scene.Photos}/a.png", $"{scene.Photos}/str*/?.png"] } });
        Assert.Equal(["a.png", "street/b.png", "street/c.png"], JournalFile.Read(scene.Folder["plain/journal.jsonl"]).Select(e => e.Id).Order(StringComparer.Ordinal));
    }

    private static async Task Watch_PhotosArrive_AreScoredOnce(StoreScene scene)
    {
        await scene.PutPhotos("a.png");
        List<string> scored = [];
        using CancellationTokenSource stop = new();
        Counter counter = new(scored, () =>
        {
            if (scored.Count == 1)
            {
                scene.PutPhotos("b.png").GetAwaiter().GetResult();
            }
            else
            {
                stop.Cancel();
            }
        });
        ScoringOptions watch = scene.Options with { Watch = true, Rescan = TimeSpan.FromMilliseconds(50), Settle = TimeSpan.Zero };
        Assert.Equal(ScoringOutcome.Cancelled, (await StoreScene.Run(watch, stop.Token, counter)).Outcome);
        Assert.Equal(["a.png", "b.png"], scored);
        Assert.Equal(2, (int)(await StoreScene.Run(scene.Options)).Progress.Skipped);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<Dictionary<string, DateTime>> Times(StoreScene scene)
    {
        Dictionary<string, DateTime> times = [];
        await foreach (StoredObject found in scene.Output.ListAsync("results/"))
        {
            times[found.Key] = found.Changed;
        }

        return times;
    }

    internal sealed class Counter(List<string> scored, Action onScored) : IScoringObserver
    {
        public void Started(ScoringJobInfo info)
        {
        }

        public void Scored(JournalEntry entry, SegmentationResult result)
        {
            scored.Add(entry.Id);
            onScored();
        }

        public void Failed(FailedEntry failed)
        {
        }

        public void Finished(ScoringSummary summary)
        {
        }
    }

    private sealed class Observer : IScoringObserver
    {
        public IReadOnlyList<string> Outdated { get; private set; } = [];

        public void Started(ScoringJobInfo info) => Outdated = info.Outdated;

        public void Scored(JournalEntry entry, SegmentationResult result)
        {
        }

        public void Failed(FailedEntry failed)
        {
        }

        public void Finished(ScoringSummary summary)
        {
        }
    }
}
