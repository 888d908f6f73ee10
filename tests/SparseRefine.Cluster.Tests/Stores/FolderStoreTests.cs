using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

public sealed class FolderStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStoreContract.Names), MemberType = typeof(ObjectStoreContract))]
    public Task Contract(string name) => ObjectStoreContract.RunAsync(name, ObjectStores.Open(_folder["store"]));

    [Fact]
    public async Task List_FilesInTheMakingAndLinksToFolders_AreLeftOut()
    {
        _folder.Write("a/b.txt");
        _folder.Write("a/.sparserefine-0123.tmp");
        _folder.Write("outside/c.txt");
        Directory.CreateSymbolicLink(_folder["a/link"], _folder["outside"]);
        List<string> keys = [];
        await foreach (StoredObject found in new FolderStore(_folder["a"]).ListAsync())
        {
            keys.Add(found.Key);
        }

        Assert.Equal(["b.txt"], keys);
    }

    [Fact]
    public async Task Put_NewObjectOverALinkThatLeadsNowhere_IsThereAlready()
    {
        File.CreateSymbolicLink(_folder["a"], _folder["none"]);
        using MemoryStream content = new([1]);
        Assert.False(await new FolderStore(_folder.Root).PutAsync("a", content, replace: false));
        Assert.False(File.Exists(_folder["none"]));
    }
}
