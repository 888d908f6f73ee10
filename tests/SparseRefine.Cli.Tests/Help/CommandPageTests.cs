using System.Reflection;
using System.Runtime.CompilerServices;
using SparseRefine.Cli.Help;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>The page of all commands is that of the commands that there are. SPARSEREFINE_APPROVE=1 writes it anew.</summary>
public sealed class CommandPageTests
{
    private static readonly string Page = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "samples", "docs", "commands.md"));

    [Fact]
    public void Page_IsWhatTheCommandsSay()
    {
        string page = CommandPage.Of(ToolCommands.Create(AnsiConsole.Console, TextWriter.Null));
        if (Environment.GetEnvironmentVariable("SPARSEREFINE_APPROVE") == "1")
        {
            File.WriteAllText(Page, page);
        }

        Assert.True(page == File.ReadAllText(Page), "samples/docs/commands.md: expected the commands as they are; SPARSEREFINE_APPROVE=1 dotnet test tests/SparseRefine.Cli.Tests --filter FullyQualifiedName~CommandPage writes them");
    }

    [Fact]
    public void ExitCodes_AreAllOnThePageOfTheCommandLine()
    {
        string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Page)!, "command-line.md"));
        Assert.All(typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static), field => Assert.Contains($"| {field.GetRawConstantValue()} |", text, StringComparison.Ordinal));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
