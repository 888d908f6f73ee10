using System.CommandLine;
using System.Text;

namespace SparseRefine.Cli.Help;

/// <summary>All commands and their options as one page of Markdown: <c>samples/docs/commands.md</c>, from what the help is made of.</summary>
internal static class CommandPage
{
    /// <summary>The page.</summary>
    /// <param name="root">All commands.</param>
    public static string Of(RootCommand root)
    {
        StringBuilder page = new();
        page.Append("""
            # All commands and options

            Made of the tool's own descriptions, as its help is. `sparserefine COMMAND --help` prints the same, with the defaults of the machine at hand.

            A bad option ends with one line that says what was expected, and exit code 2; a mistyped command, option or word is guessed. [The command line](command-line.md) says how
            options go into a file and how a shell completes them, and what exit codes mean.

            | command | |
            |---|---|

            """);
        foreach (Command command in root.Subcommands)
        {
            page.Append($"| [{command.Name}](#{command.Name}) | {Cell(command.Description)} |\n");
        }

        foreach (Command command in root.Subcommands)
        {
            page.Append($"\n## {command.Name}\n\n{command.Description}\n\n`{HelpText.Usage(command)}`\n");
            foreach (string example in CommandExamples.Of(command))
            {
                page.Append($"\n    {example}\n");
            }

            foreach (Argument argument in command.Arguments)
            {
                page.Append($"\n`{argument.HelpName ?? argument.Name}`: {argument.Description}\n");
            }

            if (command.Options.Count > 0)
            {
                page.Append("\n| option | |\n|---|---|\n");
            }

            foreach ((string heading, IReadOnlyList<Option> options) in OptionGroups.Of(command))
            {
                Option[] own = [.. options.Where(command.Options.Contains)];
                page.Append(own.Length > 0 ? $"| **{heading}** | |\n" : "");
                foreach (Option option in own)
                {
                    page.Append($"| `{Cell(OptionText.Usage(option))}` | {Cell(OptionText.Description(option, isHere: false))} |\n");
                }
            }
        }

        page.Append("\n## Every command\n\n| option | |\n|---|---|\n");
        foreach (Option option in root.Options)
        {
            page.Append($"| `{Cell(OptionText.Usage(option))}` | {Cell(OptionText.Description(option, isHere: false))} |\n");
        }

        return page.ToString();
    }

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
