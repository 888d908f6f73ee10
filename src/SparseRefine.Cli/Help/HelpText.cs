using System.CommandLine;
using System.CommandLine.Invocation;
using Spectre.Console;

namespace SparseRefine.Cli.Help;

/// <summary>The help of a command as text: what it does, its options in groups, examples.</summary>
/// <param name="console">Where it goes.</param>
internal sealed class HelpText(IAnsiConsole console) : SynchronousCommandLineAction
{
    private const int WidestColumn = 34;
    private const int Widest = 110;
    private const int Narrowest = 60;
    private const char Joint = '\u00A0';

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult) => Show(console, parseResult.CommandResult.Command);

    /// <summary>Prints the help of a command.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="command">The command.</param>
    /// <returns>The exit code.</returns>
    public static int Show(IAnsiConsole console, Command command)
    {
        Write(console.Profile.Out.Writer, command, Math.Clamp(console.Profile.Width, Narrowest, Widest));
        return ExitCodes.Success;
    }

    /// <summary>Writes the help of a command.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="command">The command.</param>
    /// <param name="width">Columns that a line may have.</param>
    public static void Write(TextWriter writer, Command command, int width)
    {
        foreach (string line in Wrapped(command.Description ?? "", width))
        {
            writer.WriteLine(line);
        }

        writer.WriteLine();
        writer.WriteLine($"Usage: {Usage(command)}");
        if (command.Subcommands.Count > 0)
        {
            Section(writer, "Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? "")), width);
        }

        if (command.Arguments.Count > 0)
        {
            Section(writer, "Arguments", command.Arguments.Select(a => (a.HelpName ?? a.Name, a.Description ?? "")), width);
        }

        foreach ((string heading, IReadOnlyList<Option> options) in OptionGroups.Of(command))
        {
            Section(writer, heading, options.Select(option => (OptionText.Usage(option), OptionText.Description(option, isHere: true))), width);
        }

        writer.WriteLine();
        writer.WriteLine(CommandExamples.Of(command).Count > 0 ? "Examples:" : $"{ToolCommands.Name} COMMAND --help shows the options of a command, with examples.");
        foreach (string example in CommandExamples.Of(command))
        {
            writer.WriteLine($"  {example}");
        }
    }

    /// <summary>How a command is called.</summary>
    /// <param name="command">The command.</param>
    public static string Usage(Command command) => command is RootCommand
        ? $"{ToolCommands.Name} COMMAND [options]"
        : string.Join(' ', [ToolCommands.Name, command.Name, .. command.Arguments.Select(a => a.HelpName ?? a.Name), "[options]"]);

    private static void Section(TextWriter writer, string heading, IEnumerable<(string Left, string Right)> rows, int width)
    {
        (string Left, string Right)[] all = [.. rows];
        int column = Math.Min(WidestColumn, all.Max(row => row.Left.Length) + 4);
        writer.WriteLine();
        writer.WriteLine($"{heading}:");
        foreach ((string left, string right) in all)
        {
            string start = $"  {left}";
            if (start.Length > column - 2)
            {
                writer.WriteLine(start);
                start = "";
            }

            foreach (string line in Wrapped(right, width - column))
            {
                writer.WriteLine($"{start.PadRight(column)}{line}".TrimEnd());
                start = "";
            }
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        // A default stays in one piece.
        const string mark = "[default: ";
        string line = "";
        foreach (string part in text.Replace(mark, mark.Replace(' ', Joint), StringComparison.Ordinal).Split(' '))
        {
            string word = part.Replace(Joint, ' ');
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
