using Xunit;

namespace SparseRefine.Batch.Tests.Journals;

public sealed class JournalMergeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string[] Ids(int slice, int count) => [.. Enumerable.Range(0, 60).Select(i => $"p{i}").Where(new Shard(slice, count).Has)];

    private string Slice(int slice, int count, JournalHeader? header = null, params string[] extra) => _folder.Write(
        $"journal.{slice}-of-{count}.{Guid.NewGuid():N}.jsonl",
        Lines.Journal((header ?? Lines.Header()) with { Shard = new Shard(slice, count) }, [.. Ids(slice, count), .. extra]));

    private InvalidInputException Fails(params string[] journals)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => JournalMerge.Merge(journals, _folder["merged.jsonl"]));
        Assert.False(File.Exists(_folder["merged.jsonl"]));
        Assert.Empty(Directory.EnumerateFiles(_folder.Root, "*.tmp", new EnumerationOptions { AttributesToSkip = 0 }));
        return e;
    }

    [Fact]
    public void Merge_AllSlices_HasEveryImageOnceAndCanBeContinued()
    {
        Assert.Equal(60, JournalMerge.Merge([Slice(2, 3), Slice(0, 3), Slice(1, 3)], _folder["merged.jsonl"]));
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"p{i}").Order(), JournalFile.Read(_folder["merged.jsonl"]).Select(e => e.Id).Order());
        Assert.Null(JournalFile.ReadHeader(_folder["merged.jsonl"]).Shard);
        List<string> done = [];
        Journal.Continue(_folder["merged.jsonl"], done.Add).Dispose();
        Assert.Equal(60, done.Distinct().Count());
    }

    [Fact]
    public void Merge_LineOfAnotherModel_IsNamed()
    {
        string journal = Slice(0, 1);
        File.AppendAllText(journal, (Lines.Entry("odd") with { Model = "bbbb" }).ToJson() + "\n");
        Assert.Contains("'odd' of model bbbb", Fails(journal).Message);
    }

    [Fact]
    public void Merge_JobIsRunningOnASlice_IsRefused()
    {
        using JobFolder folder = new(_folder["out"], new Shard(0, 1));
        using Journal journal = Journal.Create(folder, Lines.Header(new Shard(0, 1)));
        Assert.Contains("got one that is running", Fails(folder.JournalFile).Message);
    }

    [Fact]
    public void Merge_JobIsRunningOnTheOutput_IsRefused()
    {
        using JobFolder folder = new(_folder["out"], null);
        Assert.Contains(
            "got one that is running", Assert.Throws<InvalidInputException>(() => JournalMerge.Merge([Slice(0, 1)], folder.JournalFile)).Message);
    }

    [Fact]
    public void Merge_AfterAKilledOne_SweepsWhatItLeftAndNothingElse()
    {
        string left = _folder.Write(".merged.tmp/.sparserefine-0123456789abcdef0123456789abcdef.tmp");
        string other = _folder.Write(".sparserefine-0123456789abcdef0123456789abcdef.tmp");
        JournalMerge.Merge([Slice(0, 1)], _folder["merged.jsonl"]);
        Assert.False(File.Exists(left) || Directory.Exists(_folder[".merged.tmp"]));
        Assert.True(File.Exists(other));
    }

    [Fact]
    public void Merge_TornLastLine_IsLeftOut()
    {
        string torn = Slice(0, 1);
        File.AppendAllText(torn, Lines.Entry("late").ToJson());
        Assert.Equal(60, JournalMerge.Merge([torn], _folder["merged.jsonl"]));
    }

    [Fact]
    public void Merge_MissingSlices_NamesThem() => Assert.Contains("1/4, 3/4", Fails(Slice(0, 4), Slice(2, 4)).Message);

    [Fact]
    public void Merge_SliceTwice_NamesBoth()
    {
        string a = Slice(0, 2);
        string b = Slice(0, 2);
        string message = Fails(a, b, Slice(1, 2)).Message;
        Assert.Contains(a, message);
        Assert.Contains(b, message);
    }

    [Fact]
    public void Merge_AnotherModel_NamesWhatDiffers() =>
        Assert.Contains("model bbbbbbbbbbbb", Fails(Slice(0, 2), Slice(1, 2, Lines.Header(model: "bbbbbbbbbbbbbbbb"))).Message);

    [Fact]
    public void Merge_OtherResults_NamesWhatDiffers() =>
        Assert.Contains("overlay", Fails(Slice(0, 2), Slice(1, 2, Lines.Header(results: new ScoringResults { Overlay = true }))).Message);

    [Fact]
    public void Merge_OtherNumberOfSlices_IsNamed() => Assert.Contains("slice of 2", Fails(Slice(0, 2), Slice(1, 3)).Message);

    [Fact]
    public void Merge_ImageTwice_NamesIt()
    {
        string twice = Ids(1, 2)[3];
        Assert.Contains($"'{twice}' twice", Fails(Slice(0, 2), Slice(1, 2, null, twice)).Message);
    }

    [Fact]
    public void Merge_ImageOfAnotherSlice_NamesIt()
    {
        string strange = Ids(0, 2)[0];
        Assert.Contains($"'{strange}' of another", Fails(Slice(0, 2), Slice(1, 2, null, strange)).Message);
    }

    [Fact]
    public void Merge_NoJournal_Throws() => Assert.Contains("got none", Fails().Message);
}
