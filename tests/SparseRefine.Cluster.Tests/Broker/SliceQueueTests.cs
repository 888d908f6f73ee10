using RabbitMQ.Client;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests;

[Collection(nameof(RabbitMq))]
public sealed class SliceQueueTests(RabbitMq broker)
{
    private static readonly string Hash = new('a', 64);

    [RabbitFact]
    public async Task TakeAsync_OneAtATime_NextComesOnceTheLastIsSettled()
    {
        await using SliceQueue queue = await broker.Open();
        await queue.DeclareAsync(tries: 3);
        Assert.Equal(3, await queue.PublishAsync(Messages(3)));
        Assert.Equal(new QueueCounts(3, 0, 0), await queue.CountAsync());
        await using IAsyncEnumerator<TakenSlice> slices = queue.TakeAsync().GetAsyncEnumerator();

        Assert.True(await slices.MoveNextAsync());
        string first = SliceMessage.Parse(slices.Current.Body.Span).Slice;
        Assert.Equal(new QueueCounts(2, 1, 0), await queue.CountAsync());
        Assert.True(await slices.Current.AcknowledgeAsync());
        Assert.True(await slices.MoveNextAsync());
        Assert.NotEqual(first, SliceMessage.Parse(slices.Current.Body.Span).Slice);
    }

    [RabbitFact]
    public async Task GiveBackAsync_Often_CountsNoTry()
    {
        await using SliceQueue queue = await broker.Open();
        await queue.DeclareAsync(tries: 1);
        await queue.PublishAsync(Messages(1));
        await using IAsyncEnumerator<TakenSlice> slices = queue.TakeAsync().GetAsyncEnumerator();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(await slices.MoveNextAsync());
            Assert.True(await slices.Current.GiveBackAsync());
        }

        Assert.True(await slices.MoveNextAsync());
        Assert.Equal(new QueueCounts(0, 1, 0), await queue.CountAsync());
    }

    [RabbitFact]
    public async Task LayAsideAsync_Reason_IsTold()
    {
        await using SliceQueue queue = await broker.Open();
        await queue.DeclareAsync(tries: 1);
        await queue.PublishAsync(Messages(1));
        await using IAsyncEnumerator<TakenSlice> slices = queue.TakeAsync().GetAsyncEnumerator();
        Assert.True(await slices.MoveNextAsync());

        Assert.True(await slices.Current.LayAsideAsync("the list is gone"));

        // Looking again and again takes nothing away.
        for (int i = 0; i < 30; i++)
        {
            DeadSlice dead = Assert.Single(await queue.DeadAsync(10));
            Assert.Equal(("0/1", "the list is gone"), (dead.Message?.Slice, dead.Reason));
        }
    }

    [RabbitFact]
    public async Task TakeAsync_WorkersThatDie_LayTheSliceAside()
    {
        string name = $"test.{Guid.NewGuid():N}";
        await using SliceQueue watching = await broker.Open(name);
        await watching.DeclareAsync(tries: 2);
        await watching.PublishAsync(Messages(1));
        for (int i = 0; i < 3; i++)
        {
            await using SliceQueue dying = await broker.Open(name);
            await using IAsyncEnumerator<TakenSlice> slices = dying.TakeAsync().GetAsyncEnumerator();
            Assert.True(await slices.MoveNextAsync());
        }

        DeadSlice dead = Assert.Single(await Eventually(() => watching.DeadAsync(10), found => found.Count > 0));
        Assert.Equal("0/1", dead.Message?.Slice);
        Assert.Contains("delivery limit", dead.Reason, StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task DeclareAsync_OtherArguments_AreNamed()
    {
        await using SliceQueue queue = await broker.Open();
        await queue.DeclareAsync(tries: 3);

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => queue.DeclareAsync(tries: 4));

        Assert.Contains($"queue {queue.Name}: expected a queue with the arguments", e.Message, StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task MissingQueue_IsNamedOrNull()
    {
        await using SliceQueue queue = await broker.Open();

        Assert.Null(await queue.CountAsync());
        Assert.Contains("expected a queue that plan made, got none", (await Assert.ThrowsAsync<InvalidInputException>(() => queue.PublishAsync(Messages(1)))).Message, StringComparison.Ordinal);
        await using IAsyncEnumerator<TakenSlice> slices = queue.TakeAsync().GetAsyncEnumerator();
        Assert.Contains(queue.Name, (await Assert.ThrowsAsync<InvalidInputException>(() => slices.MoveNextAsync().AsTask())).Message, StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task OpenAsync_WrongPassword_IsOneLineWithoutIt()
    {
        BrokerAddress address = BrokerAddress.Parse(broker.Address.Replace("//", "//guest:s3cret@", StringComparison.Ordinal));

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => SliceQueue.OpenAsync(address, "any"));

        Assert.Contains("expected a user and a password", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task OpenAsync_NoBrokerOrVirtualHostOrTrust_IsNamed()
    {
        int port = RabbitServer.FreePorts(1)[0];
        Assert.Contains(
            $"amqp://127.0.0.1:{port}: expected a RabbitMQ broker",
            (await Assert.ThrowsAsync<InvalidInputException>(() => SliceQueue.OpenAsync(BrokerAddress.Parse($"amqp://127.0.0.1:{port}"), "any"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "expected a virtual host",
            (await Assert.ThrowsAsync<InvalidInputException>(() => SliceQueue.OpenAsync(BrokerAddress.Parse($"{broker.Address}/none"), "any"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "certificate",
            (await Assert.ThrowsAsync<InvalidInputException>(() => SliceQueue.OpenAsync(BrokerAddress.Parse(broker.Server!.TlsAddress), "any"))).Message,
            StringComparison.Ordinal);
    }

    [RabbitFact]
    public async Task PurgeAsync_TakesAwayWhatNobodyHas()
    {
        await using SliceQueue queue = await broker.Open();
        await queue.DeclareAsync(tries: 3);
        await queue.PublishAsync(Messages(3));

        await queue.PurgeAsync();

        Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync());
    }

    [RabbitFact]
    public async Task TakeAsync_BrokerKilledAndStarted_GoesOn()
    {
        using RabbitServer own = new();
        await own.Start();
        await using SliceQueue queue = await SliceQueue.OpenAsync(BrokerAddress.Parse(own.Address), "test");
        await queue.DeclareAsync(tries: 3);
        own.Stop();
        await own.Start();
        await Eventually(() => Task.FromResult(queue.IsConnected), isConnected => isConnected);
        await queue.PublishAsync(Messages(2));
        await using IAsyncEnumerator<TakenSlice> slices = queue.TakeAsync().GetAsyncEnumerator();
        Assert.True(await slices.MoveNextAsync());
        TakenSlice lost = slices.Current;

        own.Kill();
        await own.Start();

        // What was taken before the end cannot be settled any more; it comes again, and so does the rest.
        HashSet<string> taken = [];
        while (taken.Count < 2)
        {
            Assert.True(await slices.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
            taken.Add(SliceMessage.Parse(slices.Current.Body.Span).Slice);
            Assert.True(await slices.Current.AcknowledgeAsync());
        }

        Assert.False(await lost.AcknowledgeAsync());
    }

    private static async IAsyncEnumerable<SliceMessage> Messages(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return new SliceMessage($"{new Shard(i, count)}", Hash, Hash, new string('b', 16));
        }

        await Task.CompletedTask;
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
