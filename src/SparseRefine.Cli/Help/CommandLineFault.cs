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
            return (parsed.UnmatchedTokens.FirstOrDefault() ?? parsed.Tokens.FirstOrDefault()?.Value) is not string word ? parsed.Errors[0].Message
                : word.StartsWith('-') ? $"{word}: expected a command before it, got none{Spelling.Hint(word, command.Options.Select(option => option.Name).Where(name => name != word))}"
                : $"{word}: expected a command ({string.Join(", ", command.Subcommands.Select(c => c.Name))}), got none of this name{Spelling.Hint(word, command.Subcommands.Select(c => c.Name))}";
        }

        return Unknown(parsed, command) ?? Miscounted(parsed) ?? Own(parsed) ?? OptionsMissing(parsed, command) ?? parsed.Errors[0].Message;
    }

    /// <summary>A word that is taken for a value and looks like an option; null: none. The parser lets options take such words.</summary>
    /// <param name="parsed">A command line.</param>
    public static string? Swallowed(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && LooksLikeOption(token.Value))?.Value is not string word)
        {
            return null;
        }

        return ToolCommands.Options(command).Any(known => known.Name == word) && Before(parsed, word) is Option option
            ? $"{option.Name}: expected {option.HelpName ?? "a value"}, got the option {word}"
            : NoSuchOption(word, command);
    }

    private static string? Unknown(ParseResult parsed, Command command)
    {
        return Swallowed(parsed) is string swallowed ? swallowed
            : parsed.UnmatchedTokens.FirstOrDefault() is not string word ? null
            : Before(parsed, word) is not Option before ? $"{word}: expected an option of {command.Name}, got a word that none takes{FirstOption(command, word)}"
            : OptionText.IsSwitch(before) ? $"{before.Name}: expected true or false, got '{word}'{Spelling.Hint(word, ["true", "false"])}"
            : $"{before.Name}: expected one value, got '{word}' as well";
    }

    // What a bare word is most likely meant for: info my.sparserefine, score photo.jpg.
    private static string FirstOption(Command command, string word) =>
        command.Options.FirstOrDefault(option => option.Name == (word.EndsWith(".sparserefine", StringComparison.OrdinalIgnoreCase) ? "--model" : word.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? "--dense" : ""))
            is Option option ? $"; did you mean {option.Name} {word}?" : "";

    // The option that a word may belong to.
    private static Option? Before(ParseResult parsed, string word)
    {
        string? name = parsed.Tokens.TakeWhile(token => token.Value != word).LastOrDefault(token => token.Type == TokenType.Option)?.Value;
        return ToolCommands.Options(parsed.CommandResult.Command).FirstOrDefault(option => option.Name == name);
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
        if (command.Arguments.FirstOrDefault(argument => parsed.GetResult(argument) is null or { Tokens.Count: 0 }) is Argument argument)
        {
            return $"{argument.Name}: expected {argument.Description?.TrimEnd('.')}, got none";
        }

        Option[] missing = [.. command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true, Tokens.Count: 0 })];
        return missing.Length == 0 ? null
            : $"{missing[0].Name}: expected {missing[0].HelpName ?? "a value"}, got none; {ToolCommands.Name} {command.Name} --help shows examples";
    }

    // Complaints of this tool say what was expected; the parser's own do not.
    private static string? Own(ParseResult parsed) => parsed.Errors.Select(error => error.Message).FirstOrDefault(message => message.Contains(": expected ", StringComparison.Ordinal));

    private static bool LooksLikeOption(string word) => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal) && char.IsLetter(word[2]);
}
