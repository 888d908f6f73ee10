using Xunit;

namespace SparseRefine.Batch.Tests.Files;

public sealed class NameRuleTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_Folder_IsWhatItsFilesShowAndLeavesNothing()
    {
        NameRule rule = NameRule.Of(_folder.Root);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
        _folder.Write("a");
        Assert.Equal(File.Exists(_folder["A"]), rule.IgnoresCase);
    }

    [Theory]
    [InlineData(false, "b/Caf\u00E9.png", "b/Caf\u00E9.png")]
    [InlineData(true, "b/Caf\u00E9.png", "B/CAF\u00C9.PNG")]
    public void Key_Name_IsFoldedAsTheRuleSays(bool ignoresCase, string name, string key) => Assert.Equal(key, new NameRule(ignoresCase).Key(name));
}
