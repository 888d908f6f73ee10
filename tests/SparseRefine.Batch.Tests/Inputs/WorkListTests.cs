using Xunit;

namespace SparseRefine.Batch.Tests.Inputs;

public sealed class WorkListTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private WorkList Create(IEnumerable<WorkItem> items, ScoringResults? results = null, Shard? shard = null, params string[] done) =>
        Create(items, default, results, shard, done);

    private WorkList Create(IEnumerable<WorkItem> items, NameRule rule, ScoringResults? results = null, Shard? shard = null, params string[] done)
    {
        IdSet set = new();
        foreach (string id in done)
        {
            set.Add(id);
        }

        set.Seal();
        return WorkList.Create(items, _folder["work.list"], _folder["out"], rule, results ?? new(), shard, set, CancellationToken.None);
    }

    private static async Task<string[]> Ids(WorkList list)
    {
        List<string> ids = [];
        await foreach (WorkItem item in list.Items(CancellationToken.None))
        {
            ids.Add(item.Id);
        }

        return [.. ids];
    }

    private static IEnumerable<WorkItem> Items(int count) => Enumerable.Range(0, count).Select(i => new WorkItem($"f/{i}.jpg", $"/in/f/{i}.jpg"));

    [Fact]
    public async Task Items_SomeDone_GivesTheOthers()
    {
        WorkList list = Create(Items(5), done: ["f/1.jpg", "f/4.jpg", "of an earlier list"]);
        Assert.Equal((5L, 2L), (list.Total, list.Skipped));
        Assert.Equal(["f/0.jpg", "f/2.jpg", "f/3.jpg"], await Ids(list));
    }

    [Fact]
    public async Task Items_Slices_GiveEachImageOnce()
    {
        List<string> ids = [];
        for (int i = 0; i < 3; i++)
        {
            WorkList list = Create(Items(50), shard: new Shard(i, 3));
            string[] slice = await Ids(list);
            Assert.Equal(list.Total, slice.Length);
            ids.AddRange(slice);
        }

        Assert.Equal(Items(50).Select(i => i.Id).Order(), ids.Order());
    }

    [Fact]
    public void Create_IdTwice_NamesBothFiles()
    {
        string message = Assert.Throws<InvalidInputException>(() => Create([.. Items(3), new("f/1.jpg", "/other/1.jpg")])).Message;
        Assert.Contains("'f/1.jpg' for /in/f/1.jpg and for /other/1.jpg", message);
    }

    [Fact]
    public void Create_OneOutputForTwo_NamesBothEvenInDifferentSlices()
    {
        WorkItem[] items = [.. Enumerable.Range(0, 20).SelectMany(i => new WorkItem[] { new($"{i}.jpg", $"/in/{i}.jpg"), new($"{i}.png", $"/in/{i}.png") })];
        string message = Assert.Throws<InvalidInputException>(() => Create(items, shard: new Shard(0, 2))).Message;
        Assert.Contains("/in/0.jpg and /in/0.png", message);
    }

    [Fact]
    public void Create_NamesThatTheOutputTakesForOne_NamesBoth()
    {
        WorkItem[] items = [new("b/A.jpg", "/in/1"), new("other.jpg", "/in/2"), new("B/a.png", "/in/3")];
        Create(items);
        string message = Assert.Throws<InvalidInputException>(() => Create(items, new NameRule(true))).Message;
        Assert.Contains("/in/1 and /in/3", message);
    }

    [Fact]
    public void Create_OverlayMeetsAnAnswer_IsRefusedOnlyWithOverlays()
    {
        WorkItem[] items = [new("a.jpg", "/in/a.jpg"), new("a.overlay.jpg", "/in/a.overlay.jpg")];
        Create(items);
        Assert.Throws<InvalidInputException>(() => Create(items, new ScoringResults { Overlay = true }));
    }

    [Fact]
    public void Create_AnswerWouldReplaceAnInput_NamesBoth()
    {
        string input = _folder.Write("out/a.png");
        string message = Assert.Throws<InvalidInputException>(() => Create([new("a.jpg", "/in/a.jpg"), new("b.png", input)])).Message;
        Assert.Contains($"{input}, which the result {input} of /in/a.jpg would replace", message);
    }

    [UnixFact]
    public void Create_AnswerWouldReplaceAnInputBehindALink_NamesBoth()
    {
        string input = _folder.Write("in/a.png");
        File.CreateSymbolicLink(_folder["out"], _folder["in"]);
        string message = Assert.Throws<InvalidInputException>(() => Create([new("a.png", input)])).Message;
        Assert.Contains($"{input}, which the result", message);
    }

    [Fact]
    public async Task Items_AnswerIsTheFolderOfOthers_HasAProblem()
    {
        List<WorkItem> found = [];
        await foreach (WorkItem item in Create([new("x.jpg", "/in/x.jpg"), new("x.png/y.png", "/in/x.png/y.png"), new("z.png", "/in/z.png")]).Items(CancellationToken.None))
        {
            found.Add(item);
        }

        Assert.Contains("got x.png, the folder of other results", found[0].Problem);
        Assert.All(found[1..], item => Assert.Null(item.Problem));
    }

    [Fact]
    public async Task Items_ProblemOfANameThatIsThereTwice_IsKeptAndHarmsNobody()
    {
        WorkItem bad = new("b.png", "/in/b.png", "bad name", FailureReason.Unreadable);
        List<WorkItem> found = [];
        await foreach (WorkItem item in Create([bad, bad, new("z.png", "/in/z.png")]).Items(CancellationToken.None))
        {
            found.Add(item);
        }

        Assert.Equal([bad, bad, new("z.png", "/in/z.png")], found);
    }

    [Theory]
    [InlineData("a/b.jpg", "a/b")]
    [InlineData("a/b.JPEG", "a/b")]
    [InlineData("v1.2", "v1.2")]
    [InlineData("a.jpg/b", "a.jpg/b")]
    public void Stem_Id_LosesOnlyThePhotosExtension(string id, string expected) => Assert.Equal(expected, PhotoNames.Stem(id));

    [Fact]
    public void IdSet_ManyIds_FindsExactlyThose()
    {
        IdSet set = new();
        for (int i = 0; i < 5000; i++)
        {
            set.Add($"id {i}");
        }

        Assert.True(set.Seal());
        Assert.True(set.Contains("id 0") && set.Contains("id 4999"));
        Assert.False(set.Contains("id 5000"));
        Assert.True(set.AddLater("id 5000"));
        Assert.False(set.AddLater("id 5000"));
        Assert.Equal(5001, set.Count);
    }

    [Fact]
    public void IdSet_IdTwice_IsFoundBySeal()
    {
        IdSet set = new();
        set.Add("a");
        set.Add("b");
        set.Add("a");
        Assert.False(set.Seal());
        Assert.Equal(2, set.Count);
    }
}
