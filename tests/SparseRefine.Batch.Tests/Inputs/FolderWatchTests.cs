using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Batch.Tests.Inputs;

public sealed class FolderWatchTests : IDisposable
{
    // A whole photo of one pixel.
    private static readonly byte[] Photo = Convert.FromHexString(
        "89504E470D0A1A0A0000000D4948445200000001000000010800000000" + "3A7E9B55" + "0000000A49444154789C6360000000020001" + "E221BC33" + "0000000049454E44AE426082");

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Rescan = TimeSpan.FromSeconds(30);

    // As long as the watch waits between two looks.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly TestFolder _folder = new();

    private ScoringResults Results { get; set; } = new();
    private readonly SteppedTime _time = new();
    private readonly CancellationTokenSource _stop = new();

    public FolderWatchTests() => Directory.CreateDirectory(_folder["in"]);

    public void Dispose() => _folder.Dispose();

    // By the clock of the test, as a file system stamps what is written.
    private string Put(string name, byte[]? bytes = null)
    {
        string path = _folder.Write("in/" + name, bytes ?? Photo);
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        return path;
    }

    private static IdSet Sealed(params string[] texts)
    {
        IdSet set = new();
        Array.ForEach(texts, set.Add);
        set.Seal();
        return set;
    }

    private FolderWatch Watch(bool isNotified, params string[] done) => Watch(isNotified, default, done);

    private ScoringOptions Options(string folder) => new()
    {
        Model = "none",
        Output = "none",
        Inputs = new ScoringInputs { Paths = [folder] },
        Results = Results,
        Watch = true,
        Settle = Settle,
        TimeProvider = _time,
    };

    private FolderWatch Watch(bool isNotified, NameRule rule, params string[] done)
    {
        ScoringOptions options = Options(_folder["in"]) with { Rescan = isNotified ? TimeSpan.FromDays(1) : Rescan };
        IdSet reserved = Sealed([.. done.Select(id => rule.Key(PhotoNames.Stem(id) + ".png"))]);
        return new FolderWatch(options, _folder["in/out"], rule, Sealed(done), reserved) { IsNotified = isNotified };
    }

    // The next item, and the time that passed until it came.
    private async Task<(WorkItem Item, TimeSpan Waited)> Next(IAsyncEnumerator<WorkItem> items)
    {
        Task<bool> next = items.MoveNextAsync().AsTask();
        TimeSpan waited = await _time.Pass(next, Step);
        Assert.True(await next);
        return (items.Current, waited);
    }

    private async Task AssertNothing(Task<bool> next, TimeSpan time)
    {
        Assert.Equal(time, await _time.Pass(next, Step, (int)(time / Step)));
        Assert.False(next.IsCompleted);
    }

    private async Task Stop(Task<bool> next)
    {
        _stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Items_BeforeAndAfterTheStart_ComeOnceEach(bool isNotified)
    {
        Put("a.png");
        Put("done.png");
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified, "done.png").Items(_stop.Token).GetAsyncEnumerator();
        (WorkItem first, TimeSpan waited) = await Next(items);
        Assert.Equal(("a.png", Settle), (first.Id, waited));
        Put("sub/b.png");
        _folder.Write("in/out/x.png");
        _folder.Write("in/.hidden.png");
        (WorkItem second, TimeSpan later) = await Next(items);
        Assert.Equal("sub/b.png", second.Id);
        Assert.True(isNotified || later <= Rescan, $"{later}");
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Rescan * 3);
        await Stop(next);
    }

    [Fact]
    public async Task Items_LostCount_LooksThroughTheFolder()
    {
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(_stop.Token).GetAsyncEnumerator();
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Step);
        for (int i = 0; i < 50; i++)
        {
            Put($"{i}.png");
        }

        await AssertNothing(next, Rescan / 2);
        watch.LoseCount();
        HashSet<string> ids = [];
        TimeSpan waited = default;
        for (int i = 0; i < 50; i++)
        {
            waited += await _time.Pass(next, Step);
            Assert.True(await next);
            ids.Add(items.Current.Id);
            next = items.MoveNextAsync().AsTask();
        }

        Assert.Equal((50, Step), (ids.Count, waited));
        await Stop(next);
    }

    [Fact]
    public async Task Items_FailedFileThatChanges_ComesAgain()
    {
        string path = Put("a.png");
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(_stop.Token).GetAsyncEnumerator();
        (WorkItem first, _) = await Next(items);
        watch.Failed(first, FileStatus.Of(first.Path));
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Rescan * 2);
        Put("a.png", [.. Photo, 0]);
        await _time.Pass(next, Step);
        Assert.True(await next);
        Assert.Equal(first, items.Current);
    }

    [Fact]
    public async Task Items_ReplacedWhileItFailed_ComesAgain()
    {
        Put("a.png");
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(_stop.Token).GetAsyncEnumerator();
        (WorkItem first, _) = await Next(items);
        FileStatus read = FileStatus.Of(first.Path)!.Value;
        Put("a.png", [.. Photo, 0]);
        watch.Failed(first, read);
        Assert.Equal(first, (await Next(items)).Item);
    }

    [Fact]
    public async Task Items_GoneBeforeItsTurn_ComesAgainOnceItIsBack()
    {
        string path = Put("a.png");
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(_stop.Token).GetAsyncEnumerator();
        (WorkItem first, _) = await Next(items);
        File.Delete(path);
        watch.Failed(first, null);
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Rescan * 2);
        Put("a.png");
        await _time.Pass(next, Step);
        Assert.True(await next);
        Assert.Equal(first, items.Current);
    }

    [Fact]
    public async Task Items_NamesThatTheOutputTakesForOne_SecondHasAProblem()
    {
        Put("a.png");
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false, new NameRule(true), "A.jpg").Items(_stop.Token).GetAsyncEnumerator();
        Assert.Contains("a second one for a.png", (await Next(items)).Item.Problem);
    }

    [Fact]
    public async Task Items_TwoOfOneOutput_SecondHasAProblem()
    {
        Put("a.png");
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false, "a.jpg").Items(_stop.Token).GetAsyncEnumerator();
        Assert.Contains("a second one", (await Next(items)).Item.Problem);
    }

    [Fact]
    public async Task Items_OverlayOfOneIsTheAnswerOfAnother_SecondHasAProblemAlsoOnceItChanges()
    {
        Results = new() { Overlay = true };
        Put("a.png");
        FolderWatch watch = Watch(isNotified: false);
        await using IAsyncEnumerator<WorkItem> items = watch.Items(_stop.Token).GetAsyncEnumerator();
        Assert.Null((await Next(items)).Item.Problem);
        Put("a.overlay.png");
        WorkItem second = (await Next(items)).Item;
        Assert.Contains("a second one for a.overlay.png", second.Problem);
        watch.Failed(second, null);
        Put("a.overlay.png", [.. Photo, 0]);
        Assert.Contains("a second one for a.overlay.png", (await Next(items)).Item.Problem);
    }

    [UnixFact]
    public async Task Items_NameThatIsNotUtf8_IsAProblemOnce()
    {
        using IDisposable bad = Unix.Write(_folder["in"], [(byte)'a', 0xFF, .. ".png"u8]);
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false).Items(_stop.Token).GetAsyncEnumerator();
        Assert.Contains("expected a name in UTF-8", (await Next(items)).Item.Problem);
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Rescan * 2);
        await Stop(next);
    }

    [UnixFact]
    public async Task Items_NamedPipe_IsHandedOutWithoutWaitingForAWriter()
    {
        Unix.MakePipe(_folder["in/pipe.png"]);
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false).Items(_stop.Token).GetAsyncEnumerator();
        Assert.Equal("pipe.png", (await Next(items)).Item.Id);
    }

    [UnixFact]
    public async Task Items_OutputLeadsBackToTheWatchedFolder_IsAProblem()
    {
        Put("sub/a.png");
        Directory.CreateDirectory(_folder["in/out"]);
        File.CreateSymbolicLink(_folder["in/out/sub"], _folder["in/sub"]);
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false).Items(_stop.Token).GetAsyncEnumerator();
        Assert.Contains("no photo is overwritten", (await Next(items)).Item.Problem);
    }

    [Fact]
    public async Task Items_HalfAPhoto_WaitsTenTimesAsLong()
    {
        Put("a.png", Photo[..40]);
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false).Items(_stop.Token).GetAsyncEnumerator();
        (WorkItem item, TimeSpan waited) = await Next(items);
        Assert.Equal(("a.png", Settle * 10), (item.Id, waited));
    }

    [Fact]
    public async Task Items_HalfAPhotoThatIsCompleted_WaitsFromTheLastByteOn()
    {
        Put("a.png", Photo[..40]);
        await using IAsyncEnumerator<WorkItem> items = Watch(isNotified: false).Items(_stop.Token).GetAsyncEnumerator();
        Task<bool> next = items.MoveNextAsync().AsTask();
        await AssertNothing(next, Settle * 2);
        Put("a.png");
        Assert.Equal(Settle, await _time.Pass(next, Step));
        Assert.True(await next);
    }

    [Fact]
    public void Constructor_NoFolder_NamesIt()
    {
        Assert.Contains("nowhere", Assert.Throws<InvalidInputException>(
            () => new FolderWatch(Options(_folder["nowhere"]), _folder["out"], default, new IdSet(), new IdSet())).Message);
        Assert.Contains("the same", Assert.Throws<InvalidInputException>(
            () => new FolderWatch(Options(_folder["in"]), _folder["in"], default, new IdSet(), new IdSet())).Message);
    }
}
