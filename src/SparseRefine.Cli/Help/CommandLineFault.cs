using System.CommandLine;
using System.CommandLine.Parsing;
using SparseRefine.Cli.Options;

namespace SparseRefine.Cli.Help;

/// <summary>What is wrong with a command line, in one line: first the words that are not known, then what is missing, then what the options say of their values.</summary>
internal static class CommandLineFault
{
    /// <summary>The line.</summary>
    /// <param name="parsed">A command line with errors.</param>
    public static string Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand)
        {
            return parsed.UnmatchedTokens.FirstOrDefault() is not string word ? parsed.Errors[0].Message
                : word.StartsWith('-') ? $"{word}: expected a command before it, got none{Spelling.Hint(word, command.Options.Select(option => option.Name))}"
                : $"{word}: expected a command ({string.Join(", ", command.Subcommands.Select(c => c.Name))}), got none of this name{Spelling.Hint(word, command.Subcommands.Select(c => c.Name))}";
        }

        return Unknown(parsed, command) ?? Miscounted(parsed) ?? Own(parsed) ?? OptionsMissing(parsed, command) ?? parsed.Errors[0].Message;
    }

    /// <summary>A word that is taken for a value and looks like an option; null: none. The parser lets options take such words.</summary>
    /// <param name="parsed">A command line.</param>
    public static string? Swallowed(ParseResult parsed)
    {
        foreach (OptionResult option in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (option.Tokens.FirstOrDefault(token => LooksLikeOption(token.Value))?.Value is string word)
            {
                return ToolCommands.Options(parsed.CommandResult.Command).Any(known => known.Name == word)
                    ? $"{option.Option.Name}: expected {option.Option.HelpName ?? "a value"}, got the option {word}"
                    : NoSuchOption(word, parsed.CommandResult.Command);
            }
        }

        return null;
    }

    private static string? Unknown(ParseResult parsed, Command command)
    {
        if ((parsed.UnmatchedTokens.FirstOrDefault(LooksLikeOption) ?? parsed.UnmatchedTokens.FirstOrDefault()) is not string word)
        {
            return Swallowed(parsed);
        }

        if (LooksLikeOption(word))
        {
            return NoSuchOption(word, command);
        }

        string? name = parsed.Tokens.TakeWhile(token => token.Value != word).LastOrDefault(token => token.Type == TokenType.Option)?.Value;
        return ToolCommands.Options(command).FirstOrDefault(option => option.Name == name) is not Option before ? $"{word}: expected an option of {command.Name}, got a word that none takes"
            : OptionText.IsSwitch(before) ? $"{name}: expected true or false, got '{word}'{Spelling.Hint(word, ["true", "false"])}"
            : $"{name}: expected one value, got '{word}' as well";
    }

    private static string NoSuchOption(string word, Command command)
    {
        string name = word.Split('=', ':')[0];
        string hint = Spelling.Hint(name, ToolCommands.Options(command).Select(option => option.Name));
        return hint.Length == 0 && DenseModelOptionGroup.Names.Contains(name)
            ? $"{name}: expected no such option for {command.Name}: a model file has its own from fit (info --model shows it), got it"
            : $"{name}: expected an option of {command.Name}, got none of this name{hint}";
    }

    private static string? Miscounted(ParseResult parsed)
    {
        OptionResult[] given = [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit)];
        return given.FirstOrDefault(o => o.Tokens.Count < o.Option.Arity.MinimumNumberOfValues) is OptionResult few ? $"{few.Option.Name}: expected {few.Option.HelpName ?? "a value"}, got none"
            : given.FirstOrDefault(o => o.Tokens.Count > o.Option.Arity.MaximumNumberOfValues) is OptionResult many ? $"{many.Option.Name}: expected one value, got {many.Tokens.Count}"
            : null;
    }

    private static string? OptionsMissing(ParseResult parsed, Command command)
    {
        Option[] missing = [.. command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true, Tokens.Count: 0 })];
        return missing.Length == 0 ? null
            : $"{missing[0].Name}: expected {missing[0].HelpName ?? "a value"}, got none; {ToolCommands.Name} {command.Name} --help shows examples";
    }

    // Complaints of this tool begin with the option; the parser's own do not.
    private static string? Own(ParseResult parsed) => parsed.Errors.Select(error => error.Message).FirstOrDefault(message => message.StartsWith("--", StringComparison.Ordinal));

    private static bool LooksLikeOption(string word) => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal) && char.IsLetter(word[2]);
}
