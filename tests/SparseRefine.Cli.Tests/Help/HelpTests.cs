using System.CommandLine;
using SparseRefine.Cli.Help;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>What holds of the help of every command there is, and of those to come.</summary>
public sealed class HelpTests
{
    private static readonly RootCommand Root = ToolCommands.Create(AnsiConsole.Console, TextWriter.Null);

    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(command => command.Name)];

    private static Command Of(string name) => Root.Subcommands.Single(command => command.Name == name);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_OfACommand_ShowsEachOptionOnceUnderAHeadingAndAnExample(string name)
    {
        ToolResult help = Tool.Run(name, "--help");
        help.AssertSuccess();
        string[] lines = help.Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith($"Usage: sparserefine {name} ", StringComparison.Ordinal));
        foreach (Option option in ToolCommands.Options(Of(name)))
        {
            Assert.Single(lines, line => line.StartsWith("  -", StringComparison.Ordinal) && line.Split("  ")[1].Split(' ', ',').Contains(option.Name));
            Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{name} {option.Name}: expected a description");
            Assert.True(OptionGroups.Of(option) != OptionGroups.Other, $"{name} {option.Name}: expected a heading in {nameof(OptionGroups)}");
        }

        Assert.Contains(lines, line => line.StartsWith($"  sparserefine {name}", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, Math.Max(110, CommandExamples.Of(Of(name)).Max(example => example.Length) + 2)));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_OfACommand_AreLinesThatParse(string name)
    {
        foreach (string example in CommandExamples.Of(Of(name)))
        {
            ParseResult parsed = Root.Parse(example[ToolCommands.Name.Length..]);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {parsed.Errors.FirstOrDefault()?.Message}");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Defaults_OfACommand_AreToldOneWayAndCanBeTyped(string name)
    {
        foreach (Option option in ToolCommands.Options(Of(name)))
        {
            foreach (bool isHere in (bool[])[false, true])
            {
                string text = OptionText.Description(option, isHere);
                Assert.DoesNotContain("unless given", text, StringComparison.Ordinal);
                Assert.Equal(text.Contains("[default: ", StringComparison.Ordinal) ? 1 : 0, text.Split("default").Length - 1);
                Assert.True(!text.Contains("[default: ", StringComparison.Ordinal) || text.EndsWith(']'), $"{option.Name}: expected the default at the end");
            }

            if (OptionText.Default(option) is string standard)
            {
                ParseResult parsed = Root.Parse([name, option.Name, standard]);
                Assert.DoesNotContain(parsed.Errors, error => error.Message.StartsWith(option.Name, StringComparison.Ordinal));
                Assert.Equal(standard, OptionText.Typed(option, parsed.GetResult(option)!.GetValueOrDefault<object>()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Words_OfAnOption_AreTakenAsTheyStandAndCompleted(string name)
    {
        foreach (Option option in ToolCommands.Options(Of(name)))
        {
            foreach (string word in OptionText.Words(option))
            {
                Assert.DoesNotContain(Root.Parse([name, option.Name, word]).Errors, error => error.Message.StartsWith(option.Name, StringComparison.Ordinal) && error.Message.Contains($"'{word}'", StringComparison.Ordinal));
                Assert.Contains(OptionText.IsSwitch(option) ? $"{option.Name}={word}" : word, Suggestions.Of(Root, [name, .. OptionText.IsSwitch(option) ? [$"{option.Name}="] : (string[])[option.Name, ""]]));
            }
        }
    }

    [Fact]
    public void Run_WithoutWords_PrintsHelp()
    {
        ToolResult bare = Tool.Run();
        bare.AssertSuccess();
        Assert.Equal(Tool.Run("--help").Output, bare.Output);
        Assert.All(Root.Subcommands, command => Assert.Contains($"  {command.Name} ", bare.Output));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Run_HelpBeforeACommand_IsItsHelp(string name)
    {
        Assert.Equal(Tool.Run(name, "--help").Output, Tool.Run("help", name).Output);
        Assert.Equal(Tool.Run("--help").Output, Tool.Run("help").Output);
    }

    [Fact]
    public void Version_NamesTheToolAndItsRuntimes()
    {
        string[] lines = Tool.Run("--version").Output.Split('\n');
        Assert.Equal($"sparserefine {typeof(SparseRefiner).Assembly.GetName().Version!.ToString(3)}", lines[0].Trim());
        Assert.StartsWith(".NET 10.", lines[1], StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime 1.", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("CPU: ", lines[3], StringComparison.Ordinal);
    }

    // Whatever is printed calls the tool as users do.
    [Fact]
    public void Help_OfAnything_NeverNamesTheAssembly()
    {
        Assert.DoesNotContain("SparseRefine.Cli", Tool.Run().Output, StringComparison.Ordinal);
        Assert.All(Root.Subcommands, command => Assert.DoesNotContain("SparseRefine.Cli", Tool.Run(command.Name, "-h").Output, StringComparison.Ordinal));
    }
}
