using Xunit;

namespace SparseRefine.Cli.Tests;

internal sealed record ToolResult(int Code, string Output, string Error)
{
    /// <summary>Exit code 2 and one line that holds each of the texts.</summary>
    public void AssertBadInput(params string[] parts)
    {
        Assert.True(Code == ExitCodes.BadInput, $"exit code {Code}, output: {Output}, error: {Error}");
        Assert.EndsWith("\n", Error);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        foreach (string part in parts)
        {
            Assert.Contains(part, Error);
        }
    }

    public void AssertSuccess()
        => Assert.True(Code == ExitCodes.Success && Error.Length == 0, $"exit code {Code}, error: {Error}, output: {Output}");
}
