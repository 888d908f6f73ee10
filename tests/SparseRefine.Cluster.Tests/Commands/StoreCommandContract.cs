using System.Security.Cryptography;
using SparseRefine.Batch;
using SparseRefine.Cli.Tests;
using SparseRefine.Cluster.Tests.Jobs;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>What <c>plan</c>, <c>work</c>, <c>status</c> and <c>merge</c> do where model, photos and results are in a store of a cloud, whichever that is.</summary>
public static class StoreCommandContract
{
    private static readonly Func<StorePlace, Task>[] Tests =
    [
        Commands_ModelPhotosAndResultsInTheStore_MakeTheJournalOfOneJob,
        Work_AskedToEndAndKilledAndDoubled_LeavesOneSetOfResults,
        Commands_ContainerThatIsNot_NameIt,
        Commands_CredentialsRefused_SayWhose,
        Commands_RightToReadAlone_LeaveTheStoreAsItWas,
    ];

    /// <summary>The names of the tests.</summary>
    public static TheoryData<string> Names => [.. Tests.Select(test => test.Method.Name)];

    /// <summary>Runs one.</summary>
    internal static Task RunAsync(string name, StorePlace place) => Tests.Single(test => test.Method.Name == name)(place);

    private static async Task Commands_ModelPhotosAndResultsInTheStore_MakeTheJournalOfOneJob(StorePlace place)
    {
        await using StoreScene scene = await Scene(place, 7);
        ToolResult plan = Plan(place, $"{place.Address}/in/fitted.sparserefine", "--slices", "3");
        plan.AssertSuccess();
        Assert.Contains($"{place.Address}/out: job ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("7 photos in 3 slices", plan.Output, StringComparison.Ordinal);
        Work(place, scene, "--slice", "1").AssertSuccess();
        Assert.Contains("1 of 3 slices done, 2 missing", Run(place, "status").Output, StringComparison.Ordinal);
        string merged = $"{place.Address}/out/merged.jsonl";
        Merge(place, "out", merged).AssertBadInput($"{place.Address}/out: expected the journals of all 3 slices, got 2 missing: 0/3, 2/3");
        Assert.DoesNotContain("merged.jsonl", await scene.Keys(""));
        Assert.EndsWith("2 of 3 slices are missing\n0,2\n", Run(place, "plan", "--missing").Output, StringComparison.Ordinal);

        Work(place, scene, "--slice", "0").AssertSuccess();
        Work(place, scene, "--slice", "2").AssertSuccess();

        Merge(place, "out", merged).AssertSuccess();
        await AssertMerged(scene, 7);
        Plan(place, scene.Options.Model, "--slices", "2").AssertBadInput($"{place.Address}/out/job.json: expected no job there");
    }

    private static async Task Work_AskedToEndAndKilledAndDoubled_LeavesOneSetOfResults(StorePlace place)
    {
        const int Photos = 60;
        await using StoreScene scene = await Scene(place, Photos);
        Plan(place, scene.Options.Model, "--slices", "1").AssertSuccess();
        using (ToolProcess worker = Worker(place, scene.Folder["scratch"]))
        {
            await Results(scene, 5);
            worker.AskToEnd();
            Assert.Equal(130, worker.End());
        }

        int kept = (await scene.Keys("results/")).Length;
        Assert.InRange(kept, 5, Photos - 1);
        Assert.Single(await scene.Keys("parts/"));
        using (ToolProcess worker = Worker(place, scene.Folder["scratch"]))
        {
            await Results(scene, kept + 5);
            worker.Kill();
        }

        Assert.Empty(await scene.Keys("journals/"));
        using ToolProcess first = Worker(place, scene.Folder["scratch"]);
        using ToolProcess second = Worker(place, scene.Folder["other-scratch"]);
        Assert.True(first.End() == 0, first.Error);
        Assert.True(second.End() == 0, second.Error);

        Merge(place, "out", $"{place.Address}/out/merged.jsonl").AssertSuccess();
        await AssertMerged(scene, Photos);
        Assert.Equal(Photos, (await scene.Keys("results/")).Length);
        Assert.Empty(await scene.Keys("parts/"));
    }

    private static async Task Commands_ContainerThatIsNot_NameIt(StorePlace place)
    {
        await using StoreScene scene = await Scene(place, 1);
        string[] absent = ["--out", place.Absent + "/job", "--endpoint", $"{place.Endpoint}"];
        string[] plan = ["plan", "--model", scene.Options.Model, "--slices", "1"];
        Tool.Run([.. plan, "--images", scene.Photos, .. absent]).AssertBadInput(place.NoContainer);
        Tool.Run([.. plan, "--images", place.Absent, .. At(place)]).AssertBadInput(place.NoContainer);
        Tool.Run(["plan", "--model", place.Absent + "/m.sparserefine", "--images", scene.Photos, "--slices", "1", .. At(place)]).AssertBadInput(place.NoContainer);
        Tool.Run(["plan", "--missing", .. absent]).AssertBadInput(place.NoContainer);
        Tool.Run(["status", .. absent]).AssertBadInput(place.NoContainer);
        Tool.Run(["work", "--slice", "0", "--scratch", scene.Folder["scratch"], .. absent]).AssertBadInput(place.NoContainer);
        Tool.Run(["merge", "--journals", place.Absent + "/job", "--out", scene.Folder["merged.jsonl"], "--endpoint", $"{place.Endpoint}"]).AssertBadInput(place.NoContainer);
        Assert.Empty(await scene.Keys(""));
        Assert.False(File.Exists(scene.Folder["merged.jsonl"]));
    }

    private static async Task Commands_CredentialsRefused_SayWhose(StorePlace place)
    {
        await using StoreScene scene = await Scene(place, 1);
        using (new Variables(place.Refused))
        {
            foreach (ToolResult result in (ToolResult[])[
                Plan(place, scene.Options.Model), Run(place, "status"), Work(place, scene, "--slice", "0"), Merge(place, "out", scene.Folder["merged.jsonl"])])
            {
                result.AssertBadInput(place.Container, "expected");
                Assert.All(place.Refused, secret => Assert.DoesNotContain(secret.Value!, result.Error, StringComparison.Ordinal));
            }
        }

        Assert.Empty(await scene.Keys(""));
    }

    private static async Task Commands_RightToReadAlone_LeaveTheStoreAsItWas(StorePlace place)
    {
        await using StoreScene scene = await Scene(place, 2);
        using (new Variables(place.Reader))
        {
            Plan(place, scene.Options.Model, "--slices", "1").AssertBadInput(place.Container);
        }

        Assert.Empty(await scene.Keys(""));
        Plan(place, scene.Options.Model, "--slices", "1").AssertSuccess();
        string[] before = await scene.Keys("");
        using (new Variables(place.Reader))
        {
            Work(place, scene, "--slice", "0").AssertBadInput(place.Container);
            Run(place, "status").AssertSuccess();
        }

        Assert.Equal(before, await scene.Keys(""));
        Work(place, scene, "--slice", "0").AssertSuccess();
        using (new Variables(place.Reader))
        {
            Merge(place, "out", $"{place.Address}/out/merged.jsonl").AssertBadInput(place.Container);
            Merge(place, "out", scene.Folder["merged.jsonl"]).AssertSuccess();
        }
    }

    private static async Task<StoreScene> Scene(StorePlace place, int photos)
    {
        StoreScene scene = new(place.Address, place.Endpoint);
        await scene.PutPhotos(Enumerable.Range(0, photos).Select(i => $"{i % 3}/p{i:000}.png"));
        await StoreScene.Put(scene.Input, "fitted.sparserefine", await File.ReadAllBytesAsync(scene.Options.Model));
        return scene;
    }

    private static string[] At(StorePlace place) => ["--out", $"{place.Address}/out", "--endpoint", $"{place.Endpoint}"];

    private static ToolResult Run(StorePlace place, params string[] words) => Tool.Run([.. words, .. At(place)]);

    private static ToolResult Plan(StorePlace place, string model, params string[] more) =>
        Run(place, ["plan", "--model", model, "--images", $"{place.Address}/in", "--photos-per-second", "1", .. more]);

    private static ToolResult Work(StorePlace place, StoreScene scene, params string[] more) => Run(place, ["work", "--scratch", scene.Folder["scratch"], .. more]);

    private static ToolResult Merge(StorePlace place, string job, string output) =>
        Tool.Run("merge", "--journals", $"{place.Address}/{job}", "--out", output, "--endpoint", $"{place.Endpoint}");

    private static ToolProcess Worker(StorePlace place, string scratch) =>
        new(ToolProcess.Beside, ["work", "--slice", "0", "--threads", "1", "--scratch", scratch, .. At(place)]);

    private static async Task Results(StoreScene scene, int count)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        while ((await scene.Keys("results/")).Length < count)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    // Each photo once, with the labels of an undisturbed job in a folder, and each result has the hash that the journal says.
    private static async Task AssertMerged(StoreScene scene, int photos)
    {
        string plain = scene.Folder[Guid.NewGuid().ToString("N")];
        await StoreScene.Run(new ScoringOptions { Model = scene.Options.Model, Output = plain, Inputs = new ScoringInputs { Paths = [scene.Folder["photos"]] } });
        Dictionary<string, string> expected = JournalFile.Read(Path.Combine(plain, "journal.jsonl")).ToDictionary(entry => entry.Id, entry => entry.Outputs.Values.Single());
        Assert.Equal(photos, expected.Count);
        Dictionary<string, string> got = [];
        foreach (JournalEntry entry in await scene.Entries("merged.jsonl"))
        {
            (string key, string hash) = entry.Outputs.Single();
            Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await StoreScene.Read(scene.Output, key))));
            got.Add(entry.Id, hash);
        }

        Assert.Equal(expected, got);
    }
}
