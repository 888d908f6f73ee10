using System.Security.Cryptography;
using System.Text;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests;

public sealed class JobPlannerTests(WorkScene scene) : IClassFixture<WorkScene>
{
    [Fact]
    public async Task PlanAsync_Photos_EachInTheListOfItsSlice()
    {
        await using ObjectStore store = scene.Store();

        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store, slices: 5));

        HashSet<string> ids = [];
        await foreach (SliceMessage message in plan.Messages())
        {
            byte[] list = await SliceLists.ReadAsync(store, message.Shard, message.List, default);
            foreach (string line in Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var json = System.Text.Json.JsonDocument.Parse(line);
                string id = json.RootElement.GetProperty("id").GetString()!;
                Assert.True(message.Shard.Has(id) && ids.Add(id));
                Assert.Equal(Path.Combine(scene.Images, id), json.RootElement.GetProperty("path").GetString());
            }
        }

        Assert.Equal(WorkScene.Photos, ids.Count);
        Assert.Equal(plan.Job, await ClusterJob.ReadAsync(store));
        await using Stream model = await store.OpenAsync(JobKeys.Model(plan.Job.Model));
        Assert.Equal(plan.Job.Model, Convert.ToHexStringLower(await SHA256.HashDataAsync(model)));
    }

    [Fact]
    public async Task PlanAsync_SamePlanAgain_IsTheSameJobAndOthersAreNot()
    {
        await using ObjectStore first = scene.Store();
        await using ObjectStore second = scene.Store();
        await using ObjectStore third = scene.Store();

        string name = (await JobPlanner.PlanAsync(scene.Plan(first))).Job.Job;

        await first.DeleteAsync(JobKeys.Job);
        Assert.Equal(name, (await JobPlanner.PlanAsync(scene.Plan(first))).Job.Job);
        Assert.NotEqual(name, (await JobPlanner.PlanAsync(scene.Plan(second))).Job.Job);
        Assert.NotEqual(name, (await JobPlanner.PlanAsync(scene.Plan(third) with { Results = new ScoringResults { Mask = true } })).Job.Job);
    }

    [Fact]
    public async Task PlanAsync_JobThere_IsNamedAndStays()
    {
        await using ObjectStore store = scene.Store();
        ClusterJob job = (await JobPlanner.PlanAsync(scene.Plan(store))).Job;

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => JobPlanner.PlanAsync(scene.Plan(store, slices: 3)));

        Assert.Contains("job.json: expected no job there (plan --missing publishes what one lacks), got one", e.Message, StringComparison.Ordinal);
        Assert.Equal(job, await ClusterJob.ReadAsync(store));
    }

    [Fact]
    public async Task PlanAsync_SliceTime_GivesAsManySlicesAsItTakes()
    {
        await using ObjectStore stated = scene.Store();
        await using ObjectStore measured = scene.Store();

        // 12 photos at 0.1 a second take 120 s: four slices of 30.
        Assert.Equal(4, (await JobPlanner.PlanAsync(scene.Plan(stated) with { Slices = null, PhotosPerSecond = 0.1, SliceTime = TimeSpan.FromSeconds(30) })).Job.Slices);
        Assert.Equal(1, (await JobPlanner.PlanAsync(scene.Plan(measured) with { Slices = null })).Job.Slices);
    }

    [Fact]
    public async Task PlanAsync_NameOfTwoLines_IsMeasured()
    {
        await using ObjectStore store = scene.Store();
        Directory.CreateDirectory(scene["odd"]);
        File.Copy(Directory.EnumerateFiles(scene.Images, "*.png", SearchOption.AllDirectories).First(), scene["odd/{a\n,b.png"], overwrite: true);

        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store) with { Slices = null, Inputs = new ScoringInputs { Paths = [scene["odd"]] } });

        Assert.Equal(1, plan.Job.Photos);
    }

    [Fact]
    public async Task PlanAsync_MoreSlicesThanPhotos_HasOneAPhoto()
    {
        await using ObjectStore store = scene.Store();
        Assert.Equal(WorkScene.Photos, (await JobPlanner.PlanAsync(scene.Plan(store, slices: 100))).Job.Slices);
    }

    [Theory]
    [InlineData("a/x.jpg\na/x.png", "expected one photo for each output file, got ")]
    [InlineData("a/x.jpg\na/x.jpg", "expected each id once, got 'a/x.jpg'")]
    [InlineData("a/x.jpg\na/x.png/y.jpg", "expected an output file of its own for each photo, got ")]
    [InlineData("", "expected photos, got none")]
    public async Task PlanAsync_PhotosThatClash_AreNamedAndNothingIsPlanned(string list, string expected)
    {
        await using ObjectStore store = scene.Store();
        PlanOptions options = scene.Plan(store) with { Inputs = new ScoringInputs { Reader = new StringReader(list), Root = scene.Images } };

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => JobPlanner.PlanAsync(options));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(store.Address));
    }

    [Fact]
    public async Task PlanAsync_StoreOfManyObjects_KeepsNoneOfThem()
    {
        await using ObjectStore store = scene.Store();
        await using ManyObjects photos = new(count: 300_000, lookEvery: 100_000);

        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store, slices: 10) with { Inputs = new ScoringInputs { Paths = [photos.Address] }, OpenStore = _ => photos });

        Assert.Equal(300_000, plan.Job.Photos);

        // 200,000 photos more are 20 MB of keys alone.
        Assert.InRange(photos.Alive[2] - photos.Alive[0], long.MinValue, 4 << 20);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"schema":2}""")]
    [InlineData("not json")]
    public async Task ReadAsync_OtherText_IsNamed(string text)
    {
        await using ObjectStore store = scene.Store();
        await store.PutAsync(JobKeys.Job, new MemoryStream(Encoding.UTF8.GetBytes(text)), replace: true);

        Assert.Contains("job.json: expected", (await Assert.ThrowsAsync<InvalidInputException>(() => ClusterJob.ReadAsync(store))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journals/3-of-4.jsonl", 3)]
    [InlineData("journals/4-of-4.jsonl", null)]
    [InlineData("journals/03-of-4.jsonl", null)]
    [InlineData("journals/3-of-5.jsonl", null)]
    [InlineData("journals/x/3-of-4.jsonl", null)]
    [InlineData("journals/3-of-4.jsonl.part", null)]
    public void IndexOfJournal_Key_IsTheSliceOrNone(string key, int? index) => Assert.Equal(index, JobKeys.IndexOfJournal(key, 4));
}
