using System.Security.Cryptography;
using Azure.Storage.Sas;
using SparseRefine.Batch;
using SparseRefine.Cli.Tests;
using SparseRefine.Cluster.Tests.Jobs;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>The tool's commands on a store, in this process and as processes that are killed.</summary>
[Collection(nameof(Azurite))]
public sealed class ToolOnAzureTests(Azurite server)
{
    private readonly string _address = $"az://{Azurite.Account}/{Azurite.Container}/{Guid.NewGuid():N}";

    private string[] Score(params string[] more) =>
        ["score", "--model", $"{_address}/in/fitted.sparserefine", "--images", $"{_address}/in", "--out", $"{_address}/out", "--endpoint", $"{server.Endpoint}", .. more];

    private async Task<StoreScene> Scene(int photos)
    {
        StoreScene scene = new(_address, server.Endpoint);
        await scene.PutPhotos(Enumerable.Range(0, photos).Select(i => $"p{i:00}.png").Order(StringComparer.Ordinal));
        await StoreScene.Put(scene.Input, "fitted.sparserefine", await File.ReadAllBytesAsync(scene.Options.Model));
        return scene;
    }

    [AzuriteTheory]
    [MemberData(nameof(StoreCommandContract.Names), MemberType = typeof(StoreCommandContract))]
    public Task Contract(string name)
    {
        Uri signed = server.Client.GetBlobContainerClient(Azurite.Container).GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, DateTimeOffset.UtcNow.AddHours(1));
        return StoreCommandContract.RunAsync(name, new StorePlace(
            _address,
            $"az://{Azurite.Account}/none",
            server.Endpoint,
            $"az://{Azurite.Account}/none at {server.Endpoint.ToString().TrimEnd('/')}: expected a container that is there, got none of this name",
            [("AZURE_STORAGE_KEY", "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVy")],
            [("AZURE_STORAGE_KEY", null), ("AZURE_STORAGE_SAS_TOKEN", signed.Query)]));
    }

    [AzuriteFact]
    public async Task ScoreAndMerge_ModelPhotosAndResultsInTheStore_MakeAJournal()
    {
        await using StoreScene scene = await Scene(6);
        Tool.Run(Score("--shard", "0/2")).AssertSuccess();
        Tool.Run("merge", "--journals", $"{_address}/out", "--out", scene.Folder["merged.jsonl"], "--endpoint", $"{server.Endpoint}").AssertBadInput("journals: expected all 2 slices, got none of 1/2");
        Assert.False(File.Exists(scene.Folder["merged.jsonl"]));
        Tool.Run(Score("--shard", "1/2")).AssertSuccess();
        ToolResult merged = Tool.Run("merge", "--journals", $"{_address}/out", "--out", $"{_address}/out/journals/0-of-1.jsonl", "--endpoint", $"{server.Endpoint}");
        merged.AssertSuccess();
        Assert.Contains("/out/journals/0-of-1.jsonl: 6 photos of 2 journals", merged.Output, StringComparison.Ordinal);
        ToolResult again = Tool.Run(Score());
        again.AssertSuccess();
        Assert.Contains($"{_address}/out/journals/0-of-1.jsonl: goes on, 6 of 6 photos are there", again.Output, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Score_PhotoThatIsNone_EndsWithThreeAndNamesIt()
    {
        await using StoreScene scene = await Scene(1);
        await StoreScene.Put(scene.Input, "street/bad.jpg", [1, 2, 3]);
        ToolResult result = Tool.Run(Score());
        Assert.Equal(3, result.Code);
        Assert.Contains($"1 photos failed: see the failures file in {_address}/out", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{_address}/in/street/bad.jpg: expected ", result.Output, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Watch_PhotosThatArrive_AreScored()
    {
        await using StoreScene scene = await Scene(1);
        using ToolProcess watch = new(
            ToolProcess.Beside, "watch", "--model", scene.Options.Model, "--folder", $"{_address}/in", "--out", $"{_address}/out", "--rescan", "0.1", "--endpoint", $"{server.Endpoint}");
        watch.WaitFor("p00.png ->");
        await scene.PutPhotos("late.png");
        watch.WaitFor("late.png ->");
        watch.AskToEnd();
        Assert.Equal(130, watch.End());
        Assert.Single(await scene.Keys("parts/"));
        Assert.Contains("2 of 2 photos are there", Tool.Run(Score()).Output, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Score_KilledAgainAndAgain_LosesNothingAndPutsNothingTwice()
    {
        const int Photos = 150;
        await using StoreScene scene = await Scene(Photos);
        Dictionary<string, DateTime> results = [];
        for (int kill = 1; kill <= 3; kill++)
        {
            using ToolProcess score = new(ToolProcess.Beside, Score("--workers", "1"));

            // The photo that was in work at the kill before comes first, and is through then: one that is in work alone at a second kill would be given up.
            score.WaitFor(".png ->");
            score.Kill();
            foreach ((string key, DateTime time) in await Results(scene))
            {
                Assert.Equal(time, results.TryAdd(key, time) ? time : results[key]);
            }
        }

        using (ToolProcess score = new(ToolProcess.Beside, Score()))
        {
            Assert.True(score.End() == 0, score.Error);
        }

        Dictionary<string, DateTime> last = await Results(scene);
        Assert.All(results, result => Assert.Equal(result.Value, last[result.Key]));
        JournalEntry[] entries = await scene.Entries();
        Assert.Equal(Enumerable.Range(0, Photos).Select(i => $"p{i:00}.png").Order(StringComparer.Ordinal), entries.Select(e => e.Id).Order(StringComparer.Ordinal));
        foreach ((string key, string hash) in entries.SelectMany(e => e.Outputs))
        {
            Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await StoreScene.Read(scene.Output, key))));
        }
    }

    private static async Task<Dictionary<string, DateTime>> Results(StoreScene scene)
    {
        Dictionary<string, DateTime> results = [];
        await foreach (StoredObject found in scene.Output.ListAsync("results/"))
        {
            results[found.Key] = found.Changed;
        }

        return results;
    }
}
