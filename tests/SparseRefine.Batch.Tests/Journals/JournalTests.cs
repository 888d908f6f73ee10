using Xunit;

namespace SparseRefine.Batch.Tests.Journals;

public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_ThenAppend_ReadsBack()
    {
        string file;
        using (JobFolder job = new(_folder["out"], null))
        using (Journal journal = Journal.Create(job, Lines.Header()))
        {
            file = job.JournalFile;
            journal.Append([Lines.Entry("a"), Lines.Entry("b")]);
            journal.Append([Lines.Entry("c")]);

            // What a job writes can be read while it writes.
            Assert.Equal(["a", "b", "c"], JournalFile.Read(file).Select(e => e.Id));
        }

        Assert.Equal(Lines.Header(), JournalFile.ReadHeader(file));
        JournalEntry entry = JournalFile.Read(file).First();
        Assert.Equal((Lines.Entry("a").Ms, 0.5, 12L), (entry.Ms, entry.Density, entry.Pixels));
    }

    [Fact]
    public void Continue_CutAnywhere_KeepsTheWholeLinesAndGoesOn()
    {
        string whole = Lines.Journal(Lines.Header(), "a", "b");
        int header = whole.IndexOf('\n') + 1;
        int first = whole.IndexOf('\n', header) + 1;
        foreach (int cut in (int[])[header, header + 1, first - 1, first, first + 1, first + 100, whole.Length - 2, whole.Length - 1, whole.Length])
        {
            string file = _folder.Write("journal.jsonl", whole[..cut]);
            List<string> done = [];
            using (Journal journal = Journal.Continue(file, done.Add))
            {
                Assert.Equal(cut < first ? [] : cut < whole.Length ? ["a"] : ["a", "b"], done);
                journal.Append([Lines.Entry("c")]);
            }

            string[] expected = cut < first ? ["c"] : cut < whole.Length ? ["a", "c"] : ["a", "b", "c"];
            Assert.Equal(expected, JournalFile.Read(file).Select(e => e.Id));
        }
    }

    [Fact]
    public void Continue_TailOfZeros_IsCutOff()
    {
        // What a loss of power leaves in some file systems: the length without the content.
        string file = _folder.Write("journal.jsonl", Lines.Journal(Lines.Header(), "a") + new string('\0', 300) + "\n");
        Journal.Continue(file, _ => { }).Dispose();
        Assert.Equal(Lines.Journal(Lines.Header(), "a"), File.ReadAllText(file));
    }

    [Fact]
    public void Continue_DamageBeforeWholeLines_IsNamedAndLeftAlone()
    {
        string text = Lines.Journal(Lines.Header(), "a") + "garbage\n" + Lines.Entry("b").ToJson() + "\n";
        string file = _folder.Write("journal.jsonl", text);
        Assert.Contains("line 3", Assert.Throws<InvalidInputException>(() => Journal.Continue(file, _ => { })).Message);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("{\"event\":\"x\"}\n")]
    [InlineData("id,path\n")]
    public void ReadHeader_AnotherFile_IsNamed(string text)
    {
        string file = _folder.Write("journal.jsonl", text);
        Assert.Contains(file, Assert.Throws<InvalidInputException>(() => JournalFile.ReadHeader(file)).Message);
    }

    [UnixFact]
    public void ReadHeader_NamedPipe_IsNamedWithoutWaiting()
    {
        Unix.MakePipe(_folder["journal.jsonl"]);
        Assert.Contains("got no file", Assert.Throws<InvalidInputException>(() => JournalFile.ReadHeader(_folder["journal.jsonl"])).Message);
    }

    [Fact]
    public void ReadHeader_ResultsOutOfRange_AreNamed()
    {
        string file = _folder.Write("journal.jsonl", Lines.Header().ToJson().Replace("\"indexBits\":8", "\"indexBits\":12", StringComparison.Ordinal) + "\n");
        string message = Assert.Throws<InvalidInputException>(() => JournalFile.ReadHeader(file)).Message;
        Assert.Equal($"{file}, line 1: expected the header of a journal, got IndexBits: expected 8 or 16, got 12", message);
    }

    [Fact]
    public void ReadHeader_ResultsNone_IsNamed()
    {
        string json = Lines.Header().ToJson();
        int results = json.IndexOf("{\"indexBits", StringComparison.Ordinal);
        string file = _folder.Write("journal.jsonl", string.Concat(json.AsSpan(0, results), "null", json.AsSpan(json.IndexOf('}', results) + 1)) + "\n");
        Assert.Contains($"{file}, line 1: expected the header of a journal", Assert.Throws<InvalidInputException>(() => JournalFile.ReadHeader(file)).Message);
    }

    [Fact]
    public void Read_OutputsNone_IsNamed()
    {
        string journal = Lines.Journal(Lines.Header(), "a.jpg").Replace("\"outputs\":{\"a.jpg.png\":\"00\"}", "\"outputs\":null", StringComparison.Ordinal);
        string file = _folder.Write("journal.jsonl", journal);
        Assert.Contains("null", journal, StringComparison.Ordinal);
        Assert.Contains($"{file}, line 2", Assert.Throws<InvalidInputException>(() => JournalFile.Read(file).ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadHeader_NewerSchema_IsRefused()
    {
        string file = _folder.Write("journal.jsonl", (Lines.Header() with { Schema = 2 }).ToJson() + "\n");
        Assert.Contains("schema 1, got 2", Assert.Throws<InvalidInputException>(() => JournalFile.ReadHeader(file)).Message);
    }

    [Fact]
    public void Append_AfterDispose_IsRefused()
    {
        Journal journal = Journal.Continue(_folder.Write("journal.jsonl", Lines.Journal(Lines.Header())), _ => { });
        journal.Dispose();
        Assert.Throws<ObjectDisposedException>(() => journal.Append([Lines.Entry("a")]));
    }

    [Fact]
    public void JobFolder_HeldByAnother_IsNamedAndFreeAfterwards()
    {
        using (new JobFolder(_folder["out"], null))
        {
            string message = Assert.Throws<InvalidInputException>(() => new JobFolder(_folder["out"], null)).Message;
            Assert.Contains("expected no other job", message);
            new JobFolder(_folder["out"], new Shard(0, 2)).Dispose();
        }

        new JobFolder(_folder["out"], null).Dispose();
    }

    [Fact]
    public void JobFolder_LeftoversOfAKilledRun_AreClearedAway()
    {
        string left = _folder.Write("out/.journal.tmp/7.png");
        using JobFolder job = new(_folder["out"], null);
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void ThrowIfGone_FolderDeleted_NamesIt()
    {
        using JobFolder job = new(_folder["out"], null);
        using Journal journal = Journal.Create(job, Lines.Header());
        job.ThrowIfGone();
        if (!OperatingSystem.IsWindows())
        {
            Directory.Delete(_folder["out"], recursive: true);
            Assert.Contains(_folder["out"], Assert.Throws<DirectoryNotFoundException>(job.ThrowIfGone).Message);
        }
    }
}
