using Xunit;

namespace SparseRefine.Batch.Tests.Inputs;

public sealed class InputItemsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Ids(ScoringInputs inputs) => [.. InputItems.Read(inputs, _folder["in/out"]).Select(i => i.Id).Order(StringComparer.Ordinal)];

    private string Fails(ScoringInputs inputs) => Assert.Throws<InvalidInputException>(() => Ids(inputs)).Message;

    private void Fill()
    {
        foreach (string name in (string[])["a.jpg", "b.PNG", "notes.txt", ".hidden.jpg", "sub/c.tiff", "sub/deep/d.webp", ".git/e.jpg", "out/a.png"])
        {
            _folder.Write("in/" + name);
        }
    }

    [UnixFact]
    public void Read_ListThatIsADevice_IsRefusedBeforeItIsRead() => Assert.Equal(
        "/dev/zero: expected a list of photos, got a device",
        Assert.Throws<InvalidInputException>(() => InputItems.Read(new ScoringInputs { List = "/dev/zero" }, _folder["out"]).ToArray()).Message);

    [Theory]
    [InlineData("\u00e9.png", "e\u0301.png")]
    [InlineData("e\u0301.png", "\u00e9.png")]
    public void Read_ListThatSpellsAccentsOtherwise_FindsTheFile(string listed, string file)
    {
        _folder.Write("in/" + file);
        _folder.Write("list.txt", $"{listed}\nnone\u00e9.png\n");
        WorkItem[] items = [.. InputItems.Read(new() { List = _folder["list.txt"], Root = _folder["in"] }, _folder["out"])];
        Assert.Equal([listed, "none\u00e9.png"], items.Select(item => item.Id));
        Assert.Equal([true, false], items.Select(item => File.Exists(item.Path)));
    }

    [Theory]
    [InlineData("**/**/**/**/**/**/**/**/**/**/**/**/nothing")]
    [InlineData("**/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/*/**/*/**/*/**/*/**/*/**/nothing")]
    public async Task Matching_PatternOfManyWildcards_EndsSoon(string pattern)
    {
        string path = string.Join('/', Enumerable.Repeat("aaa", 40)) + "/" + new string('a', 200);
        _folder.Write("images/" + path);
        Task<WorkItem[]> found = Task.Run(() => FolderScan.Matching(_folder["images/" + pattern], _folder["out"]).ToArray());
        Assert.Empty(await found.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Read_Folder_GivesPhotosOfSubfoldersWithoutHiddenOnesAndTheOutput()
    {
        Fill();
        ScoringInputs inputs = new() { Paths = [_folder["in"]] };
        Assert.Equal(["a.jpg", "b.PNG", "sub/c.tiff", "sub/deep/d.webp"], Ids(inputs));
        Assert.All(InputItems.Read(inputs, _folder["in/out"]), item => Assert.True(File.Exists(item.Path)));
        Assert.Equal(["a.jpg", "b.PNG", "sub/c.tiff", "sub/deep/d.webp"], Ids(new() { Paths = [_folder["in"] + "/"] }));
    }

    [Theory]
    [InlineData("in/*.jpg", "a.jpg")]
    [InlineData("in/?.*", "a.jpg b.PNG")]
    [InlineData("in/**/*.webp", "sub/deep/d.webp")]
    [InlineData("in/**", "a.jpg b.PNG notes.txt sub/c.tiff sub/deep/d.webp")]
    [InlineData("in/s*/*", "sub/c.tiff")]
    public void Read_Pattern_GivesWhatFits(string pattern, string expected)
    {
        Fill();
        Assert.Equal(expected.Split(' '), Ids(new() { Paths = [_folder[pattern]] }));
    }

    [Fact]
    public void Read_PatternThatFitsNothing_IsNamed() => Assert.Contains("*.jpg", Fails(new() { Paths = [_folder["*.jpg"]] }));

    [Fact]
    public void Read_File_HasItsNameAsId()
    {
        Fill();
        Assert.Equal(["a.jpg", "c.tiff"], Ids(new() { Paths = [_folder["in/sub/c.tiff"], _folder["in/a.jpg"]] }));
    }

    [Fact]
    public void Read_Paths_AreRelativeToTheRoot()
    {
        string list = _folder.Write("list.txt", "\ufeffsub/a.jpg\r\n\n" + _folder["root/b.jpg"] + "\n/elsewhere/c.jpg\n");
        WorkItem[] items = [.. InputItems.Read(new() { List = list, Root = _folder["root"] }, "/o")];
        Assert.Equal(["sub/a.jpg", "b.jpg", "elsewhere/c.jpg"], items.Select(i => i.Id));
        Assert.Equal([_folder["root/sub/a.jpg"], _folder["root/b.jpg"], "/elsewhere/c.jpg"], items.Select(i => i.Path));
    }

    [Fact]
    public void Read_Csv_TakesIdAndPathWhereverTheyStand()
    {
        string list = _folder.Write("list.csv", "Path,note,ID\n\"a, \"\"b\"\".jpg\",x,one\nc.jpg,y,\n");
        WorkItem[] items = [.. InputItems.Read(new() { List = list, Root = _folder.Root }, "/o")];
        Assert.Equal([("one", _folder["a, \"b\".jpg"]), ("c.jpg", _folder["c.jpg"])], items.Select(i => (i.Id, i.Path)));
    }

    [Fact]
    public void Read_JsonLinesFromAReader_TakesIdAndPath()
    {
        using StringReader reader = new("{\"id\":\"x/1\",\"path\":\"a.jpg\",\"more\":3}\n{\"path\":\"b.jpg\"}\n");
        Assert.Equal(["b.jpg", "x/1"], Ids(new() { Reader = reader, Root = _folder.Root }));
    }

    [Theory]
    [InlineData("id,path\na,b,c\n", "line 2: expected 2 columns, got 3")]
    [InlineData("\uFEFF\"id\",\"path\"\n\na,b\n\"c\nd\",e\nf\n", "line 6: expected 2 columns, got 1")]
    [InlineData("id,path\na,\n", "line 2: expected a path")]
    [InlineData("id,path\n\"a,b\n", "closing quote")]
    [InlineData("{\"path\":1}\n", "line 1")]
    [InlineData("{\"path\":\"a\"}\nnot json\n", "line 2")]
    [InlineData("{\"id\":\"a\"}\n", "line 1: expected a path")]
    public void Read_BadList_NamesTheLine(string text, string expected) =>
        Assert.Contains(expected, Fails(new() { List = _folder.Write("list", text) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData(".journal.tmp/a")]
    [InlineData("a/.jpg")]
    public void Read_IdOutsideTheOutput_IsRefused(string id)
    {
        string list = _folder.Write("list.csv", $"id,path\n{id},a.jpg\n");
        Assert.Contains($"got '{id}'", Fails(new() { List = list }));
    }

    [Fact]
    public void Read_NothingThere_IsNamed()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("empty", Fails(new() { Paths = [_folder["empty"]] }));
        Assert.Contains("missing", Fails(new() { Paths = [_folder["missing"]] }));
        Assert.Contains("no such file", Fails(new() { List = _folder["missing.csv"] }));
        Assert.Contains("got none", Fails(new()));
    }

    [UnixFact]
    public void Read_OutputIsALinkToTheInput_IsRefused()
    {
        Fill();
        Directory.Delete(_folder["in/out"], recursive: true);
        File.CreateSymbolicLink(_folder["in/out"], _folder["in"]);
        Assert.Contains("the same", Fails(new() { Paths = [_folder["in"]] }));
    }

    [UnixFact]
    public void Read_OutputIsALinkToASubfolder_LeavesThatOut()
    {
        Fill();
        Directory.Delete(_folder["in/out"], recursive: true);
        File.CreateSymbolicLink(_folder["in/out"], _folder["in/sub"]);
        Assert.Equal(["a.jpg", "b.PNG"], Ids(new() { Paths = [_folder["in"]] }));
    }

    [UnixFact]
    public void Read_NamesThatCannotBe_AreTheProblemOfThosePhotos()
    {
        Fill();
        _folder.Write($"in/{new string('L', 240)}.png");
        using IDisposable first = Unix.Write(_folder["in"], [(byte)'a', 0xFF, .. ".png"u8]);
        using IDisposable second = Unix.Write(_folder["in"], [(byte)'a', 0xFE, .. ".png"u8]);
        WorkItem[] items = [.. InputItems.Read(new() { Paths = [_folder["in"]] }, _folder["in/out"])];
        Assert.Equal(4, items.Count(item => item.Problem is null));
        Assert.Equal(2, items.Count(item => item.Problem?.Contains("expected a name in UTF-8", StringComparison.Ordinal) == true));
        Assert.Single(items, item => item.Problem?.Contains("at most 243 bytes", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Read_InputFolderIsTheOutput_IsRefused()
    {
        Fill();
        Assert.Contains("the same", Fails(new() { Paths = [_folder["in/out"]] }));
    }
}
