using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public sealed class TeacherStoreTests
{
    private static readonly Workers One = new(1);

    [Fact]
    public void Get_SameKey_IsMadeOnceAndEqual()
    {
        using TestFolder folder = new();
        TeacherMap map = TeacherMap.Of(Logits(), One);
        int runs = 0;
        (TeacherMap Map, bool IsKept) Get(TeacherStore store) => store.Get("key", () =>
        {
            runs++;
            return map;
        });

        using TeacherStore first = new(folder["answers"]);
        Assert.False(Get(first).IsKept);
        using TeacherStore second = new(folder["answers"]);
        (TeacherMap kept, bool isKept) = Get(second);

        Assert.True(isKept);
        Assert.Equal(1, runs);
        Assert.Equal(map.Parts.First, kept.Parts.First);
        Assert.Equal(map.Parts.Unsure, kept.Parts.Unsure);
        Assert.Equal(map.Parts.Others, kept.Parts.Others);
        Assert.Equal((3, 26, 37), (kept.Classes, kept.Height, kept.Width));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void Get_DamagedFile_IsMadeAgain(int bytes)
    {
        using TestFolder folder = new();
        using TeacherStore store = new(folder.Root);
        TeacherMap map = TeacherMap.Of(Logits(), One);
        store.Get("key", () => map);
        File.WriteAllBytes(folder["key.teacher"], File.ReadAllBytes(folder["key.teacher"])[..bytes]);

        Assert.False(store.Get("key", () => map).IsKept);
        Assert.True(store.Get("key", () => map).IsKept);
        Assert.Equal(["key.teacher"], folder.Files());
    }

    [Fact]
    public void Get_TeacherThatFails_LeavesNothing()
    {
        using TestFolder folder = new();
        using TeacherStore store = new(folder.Root);

        Assert.Throws<IOException>(() => store.Get("key", () => throw new IOException("gone")));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void Get_FolderThatIsAFile_NamesIt()
    {
        using TestFolder folder = new();
        using TeacherStore store = new(folder.Write("file"));

        Assert.Contains("WorkspacePath (--workspace): expected a folder", Assert.Throws<InvalidInputException>(
            () => store.Get("key", () => TeacherMap.Of(Logits(), One))).Message);
    }

    private static LogitMap Logits()
    {
        Random random = new(3);
        return new LogitMap([.. Enumerable.Range(0, 3 * 26 * 37).Select(_ => (float)(random.NextDouble() * 6) - 3)], 3, 26, 37);
    }
}
