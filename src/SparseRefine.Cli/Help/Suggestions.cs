using System.CommandLine;
using System.CommandLine.Completions;

namespace SparseRefine.Cli.Help;

/// <summary>What a shell may offer for the last word of a command line that is still being typed.</summary>
internal static class Suggestions
{
    /// <summary>The first word of the call by which the scripts of <c>completion</c> ask; the words of the line follow, the last one being the one in work.</summary>
    public const string Directive = "[complete]";

    /// <summary>Commands, options or the words that an option takes.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="words">The words behind the tool's name, quotes and all; the last one may be empty.</param>
    /// <returns>Whole words that begin as the last one does; none where a name of a file is due.</returns>
    public static IEnumerable<string> Of(RootCommand root, IReadOnlyList<string> words)
    {
        string last = words.Count > 0 ? words[^1] : "";

        // Bash takes --option=value apart, and zsh hands over an empty word for none.
        string[] before = [.. words.SkipLast(1).Where(word => word is not ("" or "="))];
        Command? command = before.Length == 0 ? root : root.Subcommands.FirstOrDefault(c => c.Name == before[0]);
        return command is null ? [] : Candidates(command, before, last).Where(word => word.StartsWith(last, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Candidates(Command command, string[] before, string last)
    {
        Option[] options = [.. ToolCommands.Options(command)];
        if (last.Split('=', 2) is [string name, _] && options.FirstOrDefault(option => option.Name == name) is Option joined)
        {
            return Words(joined).Select(word => $"{name}={word}");
        }

        if (last.StartsWith('-'))
        {
            return NotGiven(options, before);
        }

        // An option of several values goes on taking them; every other one has its value behind it.
        int at = Array.FindLastIndex(before, word => options.Any(option => option.Name == word));
        Option? open = at < 0 ? null : options.First(option => option.Name == before[at]);
        return open is not null && !OptionText.IsSwitch(open) && (at == before.Length - 1 || open.Arity.MaximumNumberOfValues > 1) ? Words(open)
            : command.Subcommands.Count > 0 ? command.Subcommands.Select(c => c.Name)
            : command.Arguments.Count > 0 ? command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(item => item.Label)
            : NotGiven(options, before);
    }

    private static IEnumerable<string> Words(Option option) => OptionText.IsSwitch(option) ? ["true", "false"] : OptionText.Words(option);

    private static IEnumerable<string> NotGiven(Option[] options, string[] before) => options.Select(option => option.Name).Where(name => !before.Contains(name));
}
