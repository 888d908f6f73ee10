using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Tests.Persistence;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atomic").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_ExistingFile_IsReplacedAndNothingElseStays()
    {
        File.WriteAllText(At("a.txt"), "a longer old content");
        AtomicFile.Write(At("a.txt"), "new");
        Assert.Equal("new"u8.ToArray(), File.ReadAllBytes(At("a.txt")));
        Assert.Equal(["a.txt"], Names());
    }

    [Fact]
    public void Write_WriterThrows_LeavesTheOldFileAndNothingElse()
    {
        File.WriteAllText(At("a.txt"), "old");
        Assert.Throws<TimeoutException>(() => AtomicFile.Write(At("a.txt"), stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            Assert.Equal(2, Names().Length);
            throw new TimeoutException();
        }));
        Assert.Equal("old", File.ReadAllText(At("a.txt")));
        Assert.Equal(["a.txt"], Names());
    }

    [Fact]
    public void Write_MissingFolders_AreMade()
    {
        AtomicFile.Write(At("b/c/a.bin"), [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(At("b/c/a.bin")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sub")]
    [InlineData("sub/")]
    public void Write_NameOfAFolder_IsRefusedAndNamed(string name)
    {
        Directory.CreateDirectory(At("sub"));
        IOException error = Assert.Throws<IOException>(() => AtomicFile.Write(At(name), "x"));
        Assert.Equal($"{At(name)}: expected the name of a file, got a folder", error.Message);
        Assert.Empty(Names());
    }

    [Fact]
    public void Write_TargetIsALink_ReplacesTheLinkAndNotWhatItLeadsTo()
    {
        File.WriteAllText(At("far.txt"), "far");
        File.CreateSymbolicLink(At("a.txt"), At("far.txt"));
        AtomicFile.Write(At("a.txt"), "new");
        Assert.Equal("far", File.ReadAllText(At("far.txt")));
        Assert.Equal("new", File.ReadAllText(At("a.txt")));
        Assert.Null(new FileInfo(At("a.txt")).LinkTarget);
    }

    [Fact]
    public void Create_TwiceForOneTarget_WritesToDifferentNamesThatAreKnown()
    {
        using AtomicFile first = AtomicFile.Create(At("a.txt"));
        using AtomicFile second = AtomicFile.Create(At("a.txt"));
        string[] names = Names();
        Assert.Equal(2, names.Distinct().Count());
        Assert.All(names, name => Assert.True(AtomicFile.IsTemporary(name), name));
        Assert.False(File.Exists(At("a.txt")));
    }

    [Theory]
    [InlineData("a.tmp")]
    [InlineData(".a.0123456789abcdef0123456789abcdef.tmp")]
    [InlineData(".sparserefine-1.tmp")]
    public void IsTemporary_OtherNames_AreNot(string name) => Assert.False(AtomicFile.IsTemporary(name));

    [Fact]
    public void Create_TemporaryFolder_HoldsTheFileUntilItIsCommitted()
    {
        Directory.CreateDirectory(At("tmp"));
        using AtomicFile file = AtomicFile.Create(At("out/a.txt"), At("tmp"));
        file.Stream.Write("x"u8);
        Assert.Single(Directory.GetFiles(At("tmp")));
        Assert.False(Directory.Exists(At("out")));
        file.Commit();
        Assert.Empty(Directory.GetFiles(At("tmp")));
        Assert.Equal("x", File.ReadAllText(At("out/a.txt")));
    }

    [Fact]
    public void Commit_SetOfFolders_GetsTheFolderAndThoseThatGotANewOne()
    {
        HashSet<string> changed = [];
        using AtomicFile file = AtomicFile.Create(At("b/c/a.txt"));
        file.Commit(changed);
        Assert.Equal([_folder, At("b"), At("b/c")], changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FlushFolder_NotThere_NamesIt()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains(At("gone"), Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.FlushFolder(At("gone"))).Message, StringComparison.Ordinal);
        }
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string[] Names() => [.. Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!)];
}
