using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Batch.Tests.Files;

public sealed class FileStatusTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_File_TellsLengthAndTime()
    {
        string path = _folder.Write("a", "four");
        DateTime time = new(2020, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        FileStatus found = FileStatus.Of(path)!.Value;
        Assert.Equal((FileKind.File, 4L, time), (found.Kind, found.Length, found.Changed));
        Assert.Equal(FileKind.Folder, FileStatus.Of(_folder.Root)!.Value.Kind);
        Assert.Null(FileStatus.Of(_folder["nowhere"]));
    }

    [UnixFact]
    public void AreSame_LinksAndSpellings_LeadToTheSameFile()
    {
        string path = _folder.Write("a/b");
        string other = _folder.Write("a/c");
        File.CreateSymbolicLink(_folder["link"], _folder["a"]);
        Assert.True(FileStatus.AreSame(path, _folder["link/../a/./b"]));
        Assert.True(FileStatus.AreSame(path, _folder["link/b"]));
        Assert.False(FileStatus.AreSame(path, other));
        Assert.False(FileStatus.AreSame(_folder["nowhere"], _folder["nowhere"]));
    }

    [UnixFact]
    public void Of_Device_IsNoFile() => Assert.Equal(FileKind.Device, FileStatus.Of("/dev/null")!.Value.Kind);
}
