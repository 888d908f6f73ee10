using System.Diagnostics;
using System.Text;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests;

[Collection(nameof(RabbitMq))]
public sealed class SliceWorkerTests(RabbitMq broker, WorkScene scene) : IClassFixture<WorkScene>
{
    [RabbitFact]
    public async Task RunAsync_TwoWorkers_ScoreEveryPhotoOnceAsOneJobDoes()
    {
        await using ObjectStore store = scene.Store();
        (ClusterJob job, SliceQueue queue) = await Published(store);
        await using SliceQueue own = queue;

        WorkSummary[] summaries = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Work(store, job))));

        Assert.Equal((4, 12L), (summaries.Sum(s => s.Done), summaries.Sum(s => s.Scored)));
        Assert.Equal(await scene.Expected(), await scene.Merged(store));
        JobStatus status = await JobMonitor.LookAsync(store, job, queue);
        Assert.Equal((4, 0L, 0L, 0L, 0L), (status.Done, status.Waiting, status.Running, status.Dead, status.Missing));
        Assert.Equal(12, status.PhotosDone);
    }

    [RabbitFact]
    public async Task RunAsync_SameSliceTwice_IsThereOnce()
    {
        await using ObjectStore store = scene.Store();
        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store, slices: 1));
        using SliceWorker first = await SliceWorker.OpenAsync(plan.Job, scene.Work(store));
        using SliceWorker second = await SliceWorker.OpenAsync(plan.Job, scene.Work(store));

        SliceEnd[] ends = await Task.WhenAll(((SliceWorker[])[first, second]).Select(worker => Task.Run(() => worker.RunAsync(new Shard(0, 1)))));

        Assert.Contains(ends, end => end.Outcome == SliceOutcome.Done);
        Assert.Equal(await scene.Expected(), await scene.Merged(store));
        Assert.Equal(SliceOutcome.There, (await first.RunAsync(new Shard(0, 1))).Outcome);
    }

    [RabbitFact]
    public async Task RunAsync_BadPhoto_FailsAloneAndIsListed()
    {
        await using ObjectStore store = scene.Store();
        string list = string.Join('\n', Directory.EnumerateFiles(scene.Images, "*", SearchOption.AllDirectories).Append(Path.Combine(scene.Images, "gone.png")));
        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store, slices: 1) with { Inputs = new ScoringInputs { Reader = new StringReader(list), Root = scene.Images } });
        using SliceWorker worker = await SliceWorker.OpenAsync(plan.Job, scene.Work(store));

        SliceEnd end = await worker.RunAsync(new Shard(0, 1));

        Assert.Equal(new SliceEnd(SliceOutcome.Done, 12, 1), end);
        Assert.Equal(await scene.Expected(), await scene.Merged(store));
        Assert.Contains("\"gone.png\"", Encoding.UTF8.GetString(await StoredText.ReadAsync(store, "failed/0-of-1.jsonl", 1 << 16, default)), StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task RunAsync_AskedToEnd_GivesTheSliceBackWithWhatWasScored()
    {
        await using ObjectStore store = scene.Store();
        (ClusterJob job, SliceQueue queue) = await Published(store, slices: 1);
        await using SliceQueue own = queue;
        using CancellationTokenSource stop = new();
        await using ObjectStore stopping = new WatchedStore(store, key => key.StartsWith("results/", StringComparison.Ordinal), 3, stop.Cancel);
        Stopwatch watch = new();
        stop.Token.Register(watch.Start);

        WorkSummary summary = await Work(stopping, job, stop.Token);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal((true, 1, 0), (summary.IsCancelled, summary.GivenBack, summary.Done));
        Assert.Equal(new QueueCounts(1, 0, 0), await Eventually(async () => (await queue.CountAsync())!.Value, counts => counts == new QueueCounts(1, 0, 0)));
        StoredObject part = Assert.Single(await store.ListAsync("parts/").ToArrayAsync());
        int kept = Encoding.UTF8.GetString(await StoredText.ReadAsync(store, part.Key, 1 << 20, default)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
        Assert.InRange(kept, 3, 12);

        List<string> puts = [];
        await using ObjectStore watched = new WatchedStore(store, key => key.StartsWith("results/", StringComparison.Ordinal), 0, () => { }, puts);
        Assert.Equal(1, (await Work(watched, job)).Done);
        Assert.Equal(12 - kept, puts.Count);
        Assert.Equal(await scene.Expected(), await scene.Merged(store));
        Assert.Empty(await store.ListAsync("parts/").ToArrayAsync());
    }

    [RabbitFact]
    public async Task RunAsync_SliceHeldTooLong_GoesBackBeforeTheBrokerTakesIt()
    {
        await using ObjectStore store = scene.Store();
        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store, slices: 1));
        using SliceWorker worker = await SliceWorker.OpenAsync(plan.Job, scene.Work(store) with { MaxHold = TimeSpan.FromMilliseconds(1) });

        SliceEnd end = await worker.RunAsync(new Shard(0, 1));

        Assert.Equal(SliceOutcome.GivenBack, end.Outcome);
        Assert.StartsWith("not done within", end.Message, StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task RunAsync_StoreAway_WaitsAndUsesNoTry()
    {
        await using ObjectStore store = scene.Store();
        (ClusterJob job, SliceQueue queue) = await Published(store, slices: 2, tries: 1);
        await using SliceQueue own = queue;
        List<string> told = [];
        int refused = 0;
        await using ObjectStore away = new WatchedStore(store, _ => true, 0, () => { }) { Trouble = key => ++refused is > 3 and < 7 ? new IOException($"away, try {refused}") : null };

        Assert.Equal(2, (await Work(away, job, told: told)).Done);

        Assert.Single(told, line => line.Contains("waits: away", StringComparison.Ordinal));
        Assert.Equal(await scene.Expected(), await scene.Merged(store));
        Assert.Equal(0, (await queue.CountAsync())!.Value.Dead);
    }

    [RabbitFact]
    public async Task RunAsync_ScratchFull_GivesTheSliceBackAndUsesNoTry()
    {
        await using ObjectStore store = scene.Store();
        (ClusterJob job, SliceQueue queue) = await Published(store, slices: 1, tries: 1);
        await using SliceQueue own = queue;
        string slot = scene["scratch/worker-0"];
        Directory.CreateDirectory(slot);
        File.WriteAllText(Path.Combine(slot, "slice"), $"{job.Job} 0/1");
        File.Delete(Path.Combine(slot, "list.jsonl"));
        string list = File.CreateSymbolicLink(Path.Combine(slot, "list.jsonl"), "/dev/full").FullName;

        await Assert.ThrowsAsync<IOException>(() => Work(store, job));

        Assert.Equal(new QueueCounts(1, 0, 0), await Eventually(async () => (await queue.CountAsync())!.Value, counts => counts.Workers == 0));
        File.Delete(list);
        Assert.Equal(1, (await Work(store, job)).Done);
    }

    [RabbitFact]
    public async Task RunAsync_ListGoneOrChangedOrNoSlice_IsLaidAsideAndTheOthersFinish()
    {
        await using ObjectStore store = scene.Store();
        (ClusterJob job, SliceQueue queue) = await Published(store);
        await using SliceQueue own = queue;
        await store.DeleteAsync(JobKeys.List(new Shard(1, 4)));
        await store.PutAsync(JobKeys.List(new Shard(2, 4)), new MemoryStream("{}"u8.ToArray()), replace: true);
        await queue.PublishAgainAsync("hello"u8.ToArray(), new Dictionary<string, object?>(), default);

        WorkSummary summary = await Work(store, job);

        Assert.Equal((2, 3), (summary.Done, summary.LaidAside));
        IReadOnlyList<DeadSlice> dead = (await JobMonitor.LookAsync(store, job, queue)).DeadSlices;
        Assert.Contains(dead, slice => slice.Message?.Slice == "1/4" && slice.Reason.EndsWith("1-of-4.jsonl: expected the list that plan wrote, got none", StringComparison.Ordinal));
        Assert.Contains(dead, slice => slice.Message?.Slice == "2/4" && slice.Reason.Contains("expected the list of hash", StringComparison.Ordinal));
        Assert.Contains(dead, slice => slice.Message is null && slice.Reason.StartsWith("message: expected", StringComparison.Ordinal));

        IReadOnlyList<Shard> missing = await JobPlanner.MissingAsync(store, job);
        Assert.Equal([new Shard(1, 4), new Shard(2, 4)], missing);
    }

    [RabbitFact]
    public async Task OpenAsync_ModelOfAnotherHash_IsNamed()
    {
        await using ObjectStore store = scene.Store();
        JobPlan plan = await JobPlanner.PlanAsync(scene.Plan(store));
        await store.PutAsync(JobKeys.Model(plan.Job.Model), new MemoryStream([1, 2, 3]), replace: true);

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => SliceWorker.OpenAsync(plan.Job, scene.Work(store) with { Scratch = scene["other-scratch"] }));

        Assert.Contains($"expected the model of hash {plan.Job.Model}, got one of ", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(scene["other-scratch"], "models")));
    }

    [RabbitFact]
    public async Task RunAsync_Listener_SeesOneTraceFromPlanToPhoto()
    {
        await using ObjectStore store = scene.Store();
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is ClusterTelemetry.ActivitySourceName or ScoringTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using Activity all = new Activity("test").Start();
        (ClusterJob job, SliceQueue queue) = await Published(store, slices: 2);
        await using SliceQueue own = queue;
        all.Stop();

        await Work(store, job);

        lock (spans)
        {
            Activity[] ours = [.. spans.Where(span => span.TraceId == all.TraceId)];
            Assert.Equal(2, ours.Count(span => span.OperationName == "publish slice"));
            Assert.Equal(2, ours.Count(span => span.OperationName == "work slice"));
            Assert.Equal(12, ours.Count(span => span.OperationName == "score photo"));
        }
    }

    private async Task<(ClusterJob Job, SliceQueue Queue)> Published(ObjectStore store, int slices = 4, int tries = 3)
    {
        SliceQueue? queue = null;
        JobPlan plan = await JobPlanner.PlanAsync(
            scene.Plan(store, slices) with { Tries = tries, Queue = $"test.{Guid.NewGuid():N}" },
            async job =>
            {
                queue = await broker.Open(job.Queue);
                await queue.DeclareAsync(job.Tries);
            });
        await queue!.PublishAsync(plan.Messages());
        return (plan.Job, queue);
    }

    private async Task<WorkSummary> Work(ObjectStore store, ClusterJob job, CancellationToken stop = default, List<string>? told = null)
    {
        await using SliceQueue queue = await broker.Open(job.Queue);
        using SliceWorker worker = await SliceWorker.OpenAsync(job, scene.Work(store, told), CancellationToken.None);
        return await worker.RunAsync(queue, stop);
    }

    private static async Task<T> Eventually<T>(Func<Task<T>> look, Func<T, bool> isReached)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        T found;
        while (!isReached(found = await look()))
        {
            await Task.Delay(50, limit.Token);
        }

        return found;
    }
}
