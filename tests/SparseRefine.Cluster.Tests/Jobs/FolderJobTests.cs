using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Jobs;

public sealed class FolderJobTests
{
    [Theory]
    [MemberData(nameof(StoreJobContract.Names), MemberType = typeof(StoreJobContract))]
    public Task Contract(string name) => StoreJobContract.RunAsync(name, null, null);

    [Fact]
    public async Task Run_ManyParts_AreJoined()
    {
        await using StoreScene scene = new(null, null);
        const int Parts = 260;
        await scene.PutPhotos(["a.png", .. Enumerable.Range(0, 11).Select(i => $"p{i:00}.png")]);
        await StoreScene.Run(scene.Options with { Inputs = new ScoringInputs { Paths = [Path.Combine(scene.Photos, "a.png")] } });
        byte[] journal = await StoreScene.Read(scene.Output, "journals/0-of-1.jsonl");
        await scene.Output.DeleteAsync("journals/0-of-1.jsonl");
        await Parallel.ForAsync(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await StoreScene.Put(scene.Output, $"parts/0-of-1/{i:0000}.jsonl", journal));
        using CancellationTokenSource stop = new();
        List<string> scored = [];
        await StoreScene.Run(scene.Options with { Workers = 1 }, stop.Token, new StoreJobContract.Counter(scored, stop.Cancel));
        Assert.Equal(2, (await scene.Keys("parts/")).Length);
        ScoringSummary summary = await StoreScene.Run(scene.Options);
        Assert.Equal((ScoringOutcome.Completed, 1 + scored.Count, 12), (summary.Outcome, (int)summary.Progress.Skipped, (await scene.Entries()).Length));
        Assert.Empty(await scene.Keys("parts/"));
    }
}
