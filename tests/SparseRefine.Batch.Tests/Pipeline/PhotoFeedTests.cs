using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class PhotoFeedTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly Channel<WorkItem> _next = Channel.CreateBounded<WorkItem>(2);
    private readonly List<string> _order = [];
    private int _released;

    public void Dispose() => _folder.Dispose();

    private static WorkItem Photo(string id) => new(id, "photos/" + id);

    private static MachineTrouble Trouble(WorkItem item) => new(item.Path, new OutOfMemoryException("none left"));

    private PhotoFeed Feed(IWorkSource source, PhotosInWork work) => new(source, work, _next.Writer, () => _released++);

    // Takes what is handed out until the feed ends: photos whose id has "big" find no memory, those with "huge" not even alone.
    private async Task Run(PhotoFeed feed, PhotosInWork work)
    {
        Task run = feed.Run(CancellationToken.None);
        _ = run.ContinueWith(_ => _next.Writer.TryComplete(), TaskScheduler.Default);
        await foreach (WorkItem item in _next.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            _order.Add($"{item.Id}{(item.IsAlone ? " alone" : "")}{(item.Problem is null ? "" : $" {item.Reason}")}");
            if (item.Id.StartsWith("huge", StringComparison.Ordinal) || (item.Id.StartsWith("big", StringComparison.Ordinal) && !item.IsAlone))
            {
                feed.HoldBack(item, Trouble(item));
            }

            work.End(item);
        }

        await run.WaitAsync(Long);
    }

    private PhotosInWork Work(params (string Id, int Tries)[] unfinished)
    {
        byte[] left = [];
        for (int run = 0; run < 2; run++)
        {
            using PhotosInWork killed = new(_folder[$"{run}"], left);
            foreach ((string id, int tries) in unfinished.Where(u => u.Tries > run))
            {
                killed.Begin(Photo(id));
            }

            left = PhotosInWork.ReadLeft(_folder[$"{run}"]);
        }

        return new PhotosInWork(_folder["begun"], left);
    }

    [Fact]
    public async Task Run_PhotosOfKilledRuns_ComeLastAndAloneOrFail()
    {
        using PhotosInWork work = Work(("once", 1), ("twice", 2));
        PhotoFeed feed = Feed(new Source("once", "a", "twice", "b"), work);
        await Run(feed, work);
        Assert.Equal(["a", "b", "once alone", "twice Unfinished"], _order);
        Assert.Null(feed.Trouble);
    }

    [Fact]
    public async Task Run_TooLittleMemory_IsTriedAloneOnceTheOthersAreDone()
    {
        using PhotosInWork work = Work();
        PhotoFeed feed = Feed(new Source("big1", "a", "big2", "b"), work);
        await Run(feed, work);
        Assert.Equal(["big1", "a", "big2", "b", "big1 alone", "big2 alone"], _order);
        Assert.Equal(2, _released);
        Assert.Null(feed.Trouble);
    }

    [Fact]
    public async Task Run_TooLittleMemoryEvenAlone_EndsAfterTheOthersThatWait()
    {
        using PhotosInWork work = Work();
        PhotoFeed feed = Feed(new Source("huge", "a", "big", "b"), work);
        await Run(feed, work);
        Assert.Equal(["huge", "a", "big", "b", "huge alone", "big alone"], _order);
        Assert.Contains("photos/huge: expected memory", feed.Trouble!.Message);
    }

    [Fact]
    public async Task Run_NoMemoryForAnyPhoto_DoesNotReadTheWholeList()
    {
        using PhotosInWork work = Work();
        PhotoFeed feed = Feed(new Source([.. Enumerable.Range(0, 1000).Select(i => $"huge{i}")]), work);
        await Run(feed, work);
        Assert.NotNull(feed.Trouble);
        Assert.InRange(_order.Count, 32, 200);
    }

    [Fact]
    public async Task Run_SourceThatWaits_GivesThoseMeanwhileAndEndsWithTheTrouble()
    {
        using PhotosInWork work = Work(("once", 1));
        PhotoFeed feed = Feed(new Source("once", "huge") { IsWaiting = true }, work);
        await Run(feed, work);
        Assert.Equal(["huge", "once alone", "huge alone"], _order.Order(StringComparer.Ordinal).OrderBy(o => o.Contains("alone", StringComparison.Ordinal)).ThenByDescending(o => o));
        Assert.NotNull(feed.Trouble);
    }

    [Fact]
    public async Task Run_Stopped_EndsWithoutWaitingForThePhotosInWork()
    {
        using PhotosInWork work = Work();
        using CancellationTokenSource stop = new();
        Task run = Feed(new Source("a") { IsWaiting = true }, work).Run(stop.Token);
        Assert.Equal("a", (await _next.Reader.ReadAsync()).Id);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Long));
    }

    private sealed class Source(params string[] ids) : IWorkSource
    {
        public bool IsWaiting { get; init; }

        public long? Total => null;

        public long Skipped => 0;

        public async IAsyncEnumerable<WorkItem> Items([EnumeratorCancellation] CancellationToken stop)
        {
            foreach (string id in ids)
            {
                yield return Photo(id);
            }

            if (IsWaiting)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
        }

        public void Failed(WorkItem item, FileStatus? read)
        {
        }
    }
}
