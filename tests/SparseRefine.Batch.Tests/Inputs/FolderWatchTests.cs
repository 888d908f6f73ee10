using Xunit;

namespace SparseRefine.Batch.Tests.Inputs;

public sealed class FolderWatchTests : IDisposable
{
    // A whole picture of one pixel.
    private static readonly byte[] Picture = Convert.FromHexString(
        "89504E470D0A1A0A0000000D4948445200000001000000010800000000" + "3A7E9B55" + "0000000A49444154789C6360000000020001" + "E221BC33" + "0000000049454E44AE426082");

    private readonly TestFolder _folder = new();

    public FolderWatchTests() => Directory.CreateDirectory(_folder["in"]);

    public void Dispose() => _folder.Dispose();

    private string Put(string name)
    {
        string path = _folder.Write("in/" + name);
        File.WriteAllBytes(path, Picture);
        return path;
    }

    private FolderWatch Watch(bool isNotified, double rescan = 60, double settle = 0.05, params string[] done)
    {
        IdSet taken = new();
        IdSet stems = new();
        foreach (string id in done)
        {
            taken.Add(id);
            stems.Add(PhotoNames.Stem(id));
        }

        taken.Seal();
        stems.Seal();
        return new FolderWatch(
            _folder["in"],
            _folder["in/out"],
            new WatchOptions { Settle = TimeSpan.FromSeconds(settle), Rescan = TimeSpan.FromSeconds(rescan) },
            null,
            taken,
            stems)
        {
            IsNotified = isNotified,
        };
    }

    private static async Task<WorkItem> Next(IAsyncEnumerator<WorkItem> items) =>
        await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)) ? items.Current : throw new InvalidOperationException("ended");

    private static async Task AssertNothing(Task<bool> next)
    {
        await Task.Delay(400);
        Assert.False(next.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Items_BeforeAndAfterTheStart_ComeOnceEach(bool isNotified)
    {
        Put("a.png");
        Put("done.png");
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified, rescan: isNotified ? 60 : 0.1, done: "done.png").Items(stop.Token).GetAsyncEnumerator();
        Assert.Equal("a.png", (await Next(items)).Id);
        Put("sub/b.png");
        _folder.Write("in/out/x.png");
        _folder.Write("in/.hidden.png");
        Assert.Equal("sub/b.png", (await Next(items)).Id);
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Items_LostCount_LooksThroughTheFolder()
    {
        using CancellationTokenSource stop = new();
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(stop.Token).GetAsyncEnumerator();
        Task<bool> next = items.MoveNextAsync().AsTask();
        await Task.Delay(100);
        for (int i = 0; i < 50; i++)
        {
            Put($"{i}.png");
        }

        await AssertNothing(next);
        watch.LoseCount();
        HashSet<string> ids = [];
        for (int i = 0; i < 50; i++)
        {
            Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20)));
            ids.Add(items.Current.Id);
            next = items.MoveNextAsync().AsTask();
        }

        Assert.Equal(50, ids.Count);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Items_FailedFileThatChanges_ComesAgain()
    {
        string path = Put("a.png");
        using CancellationTokenSource stop = new();
        FolderWatch watch = Watch(isNotified: false, rescan: 0.1);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(stop.Token).GetAsyncEnumerator();
        WorkItem first = await Next(items);
        watch.Failed(first);
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next);
        File.WriteAllBytes(path, [.. Picture, 0]);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(first, items.Current);
    }

    [Fact]
    public async Task Items_TwoOfOneOutput_SecondHasAProblem()
    {
        Put("a.png");
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false, rescan: 0.1, done: "a.jpg").Items(stop.Token).GetAsyncEnumerator();
        Assert.Contains("a second one", (await Next(items)).Problem);
    }

    [Fact]
    public async Task Items_HalfAPicture_WaitsTenTimesAsLong()
    {
        string path = _folder.Write("in/a.png");
        File.WriteAllBytes(path, Picture[..40]);
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false, rescan: 0.05, settle: 0.15).Items(stop.Token).GetAsyncEnumerator();
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal("a.png", (await Next(items)).Id);
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1.2), $"{watch.Elapsed}");
    }

    [Fact]
    public void Constructor_NoFolder_NamesIt()
    {
        Assert.Contains("nowhere", Assert.Throws<InvalidInputException>(
            () => new FolderWatch(_folder["nowhere"], _folder["out"], new WatchOptions(), null, new IdSet(), new IdSet())).Message);
        Assert.Contains("the same", Assert.Throws<InvalidInputException>(
            () => new FolderWatch(_folder["in"], _folder["in"], new WatchOptions(), null, new IdSet(), new IdSet())).Message);
    }
}
