using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary><c>demo</c> where its photos are not: a tool from the package gallery. The demo itself is a step of <c>.ci/run</c>.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_FolderWithoutSamples_IsBadInputAndWritesNothing()
    {
        Tool.Run("demo", "--samples", _folder["samples"], "--out", _folder["out"]).AssertBadInput("--samples", "folder samples of a clone", _folder["samples"]);
        Assert.False(Directory.Exists(_folder["out"]));
    }
}
