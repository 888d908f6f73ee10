using System.Reflection;
using System.Runtime.CompilerServices;
using SparseRefine.Cli.Help;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>The pages of all commands are those of the commands that there are. SPARSEREFINE_APPROVE=1 writes them anew.</summary>
public sealed class CommandPageTests
{
    private static readonly string Docs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "samples", "docs"));

    [Fact]
    public void Page_IsWhatTheCommandsSay() => AssertWritten("commands.md", CommandPage.Of(ToolCommands.Create(AnsiConsole.Console, TextWriter.Null)));

    [Fact]
    public void ManPage_IsWhatTheCommandsSay() => AssertWritten("sparserefine.1", ManPage.Of(ToolCommands.Create(AnsiConsole.Console, TextWriter.Null)));

    [Fact]
    public void ManPage_OfAnyText_HasNoMacroThatIsNotItsOwn()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Docs, "sparserefine.1"));
        string[] macros = [.. lines.Where(line => line.StartsWith('.')).Select(line => line.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal([".B", ".I", ".SH", ".SS", ".TH", ".TP", ".fi", ".nf"], macros.Where(macro => macro != ".PP"));
        Assert.All(lines, line => Assert.DoesNotMatch(@"(?<!\\)--|^'", line));
    }

    [Fact]
    public void ManPage_NamesEveryExitCode()
    {
        string status = File.ReadAllText(Path.Combine(Docs, "sparserefine.1")).Split(".SH EXIT STATUS\n")[1];
        Assert.All(typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static), field => Assert.Matches($@"(^|; ){field.GetRawConstantValue()} ", status));
    }

    [Fact]
    public void ExitCodes_AreAllOnThePageOfTheCommandLine()
    {
        string text = File.ReadAllText(Path.Combine(Docs, "command-line.md"));
        Assert.All(typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static), field => Assert.Contains($"| {field.GetRawConstantValue()} |", text, StringComparison.Ordinal));
    }

    private static void AssertWritten(string name, string page)
    {
        string file = Path.Combine(Docs, name);
        if (Environment.GetEnvironmentVariable("SPARSEREFINE_APPROVE") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.True(
            page == File.ReadAllText(file),
            $"samples/docs/{name}: expected the commands as they are; SPARSEREFINE_APPROVE=1 dotnet test tests/SparseRefine.Cli.Tests --filter FullyQualifiedName~CommandPage writes them");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
