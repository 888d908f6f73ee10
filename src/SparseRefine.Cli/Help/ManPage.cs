using System.CommandLine;
using System.Text;

namespace SparseRefine.Cli.Help;

/// <summary>All commands and their options as one manual page: <c>samples/docs/sparserefine.1</c>, from what the help is made of, as <see cref="CommandPage"/> is.</summary>
internal static class ManPage
{
    /// <summary>The page, in the macros of <c>man</c>.</summary>
    /// <param name="root">All commands.</param>
    public static string Of(RootCommand root)
    {
        StringBuilder page = new();
        page.Append($"""
            .TH SPARSEREFINE 1 "" "SparseRefine.MLNet" "User commands"
            .SH NAME
            {ToolCommands.Name} \- {Text(char.ToLowerInvariant(root.Description![0]) + root.Description[1..].TrimEnd('.'))}
            .SH SYNOPSIS
            .B {ToolCommands.Name}
            .I COMMAND
            [options]
            .SH COMMANDS

            """);
        foreach (Command command in root.Subcommands)
        {
            page.Append($".TP\n.B {Text(command.Name)}\n{Text(command.Description)}\n");
        }

        foreach (Command command in root.Subcommands)
        {
            page.Append($".SH {Text(command.Name.ToUpperInvariant())}\n{Text(command.Description)}\n.PP\n.B {Text(HelpText.Usage(command))}\n");
            foreach (Argument argument in command.Arguments)
            {
                Item(page, argument.HelpName ?? argument.Name, argument.Description);
            }

            foreach ((string heading, IReadOnlyList<Option> options) in OptionGroups.Of(command))
            {
                Option[] own = [.. options.Where(command.Options.Contains)];
                page.Append(own.Length > 0 ? $".SS {Text(heading)}\n" : "");
                Array.ForEach(own, option => Item(page, OptionText.Usage(option), OptionText.Description(option, isHere: false)));
            }

            page.Append($".SS Examples\n.nf\n{string.Join('\n', CommandExamples.Of(command).Select(Text))}\n.fi\n");
        }

        page.Append(".SH EVERY COMMAND\n");
        foreach (Option option in root.Options)
        {
            Item(page, OptionText.Usage(option), OptionText.Description(option, isHere: false));
        }

        page.Append(".SH EXIT STATUS\n0 done; 1 an internal error, or the machine stopped a job; 2 bad input or a bad option; 3 photos failed; 4 nothing better was found, nothing is written; 130 cancelled.\n");
        return page.ToString();
    }

    private static void Item(StringBuilder page, string term, string? text) => page.Append($".TP\n.B {Text(term)}\n{Text(text)}\n");

    // A backslash begins an escape, a hyphen is no minus, and a point or apostrophe at a line's begin is a macro.
    private static string Text(string? text)
    {
        string escaped = (text ?? "").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }
}
