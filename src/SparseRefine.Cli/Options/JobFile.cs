using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using SparseRefine.Cli.Help;
using SparseRefine.Cli.Reports;

namespace SparseRefine.Cli.Options;

/// <summary>
/// A file of a command's options, <c>--config job.json</c>: a JSON object whose names are the options without their dashes, as <c>{ "images": ["a", "b"], "overlay": true }</c>. What the
/// command line gives goes before the file. Every command has it.
/// </summary>
internal sealed class JobFile
{
    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string Config = "--config";
    private const string Print = "--print-config";
    private readonly string _path;
    private readonly List<string> _names = [];
    private readonly List<string> _words = [];

    private JobFile(string path) => _path = path;

    /// <summary>What the file adds to the command line.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Gives all commands the options <c>--config</c> and <c>--print-config</c>.</summary>
    /// <param name="root">The commands' root.</param>
    public static void AddTo(RootCommand root)
    {
        root.Add(new Option<string?>(Config)
        {
            Description = "Options of this command from a JSON file, named without dashes; those of the command line go before.",
            HelpName = "FILE",
            Recursive = true,
        });
        root.Add(new Option<bool>(Print) { Description = "Print the options that hold as such a file, and do nothing else.", Recursive = true });
    }

    /// <summary>Whether a command line only asks for its options as such a file.</summary>
    /// <param name="parsed">The command line, without errors.</param>
    public static bool IsAskedFor(ParseResult parsed) => parsed.CommandResult.Command is not RootCommand && parsed.GetValue((Option<bool>)Find(parsed, Print));

    /// <summary>Whether a command line asks for a file of options, or names one, of no command.</summary>
    /// <param name="parsed">The command line.</param>
    public static bool LacksCommand(ParseResult parsed) => parsed.CommandResult.Command is RootCommand
        && ((string[])[Config, Print]).Any(name => parsed.GetResult(Find(parsed, name)) is { Implicit: false });

    /// <summary>Reads the file that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The file; null: none is named, or there is no command.</returns>
    /// <exception cref="InvalidInputException">No such file, no JSON, a name that is no option of the command, or a value of another kind than options have.</exception>
    public static JobFile? Read(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand || parsed.GetResult(Find(parsed, Config)) is not { Tokens: [{ Value: string path }] })
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            throw new InvalidInputException(Config, "a file", $"the folder {path}");
        }

        if (!File.Exists(path))
        {
            throw new InvalidInputException(path, "a file of options", "no such file");
        }

        JobFile file = new(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(
                File.ReadAllText(path), new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException(path, "a JSON object of options", $"{json.RootElement.ValueKind}");
            }

            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                file.Add(property, parsed);
            }
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, "options as JSON", e.Message.ReplaceLineEndings(" "), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(Config, "a readable file", e.Message.ReplaceLineEndings(" "), e);
        }

        return file;
    }

    /// <summary>The options of a command line as such a file: those that are given, but for passwords in addresses, and the defaults that can be typed.</summary>
    /// <param name="parsed">The command line, with what a file adds to it.</param>
    /// <returns>JSON.</returns>
    public static string Text(ParseResult parsed)
    {
        Dictionary<string, object> values = [];
        foreach (Option option in parsed.CommandResult.Command.Options)
        {
            string[] given = parsed.GetResult(option) is { Implicit: false } result
                ? OptionText.IsSwitch(option) && result.Tokens.Count == 0 ? ["true"] : [.. result.Tokens.Select(token => Secrets.LeaveOut(token.Value))]
                : OptionText.Standard(option) is string standard ? [standard] : [];
            if (given.Length > 0)
            {
                values.Add(Key(option), option.Arity.MaximumNumberOfValues > 1 ? given : Value(option, given[0]));
            }
        }

        return JsonSerializer.Serialize(values, Style);
    }

    /// <summary>Names the file in a complaint about one of its options.</summary>
    /// <param name="line">A complaint that begins with the option's name, or those of several.</param>
    /// <returns>The line that begins with file and name; one about other options as it is.</returns>
    public string Locate(string line)
    {
        string[] about = line.Split(": expected ")[0].Split(", ");
        string[] ours = [.. about.Where(_names.Contains)];
        return ours.Length == 0 ? line
            : ours.Length == about.Length ? $"{_path}: {string.Join(", ", ours.Select(name => name[2..]))}{line[string.Join(", ", about).Length..]}"
            : $"{line} ({string.Join(", ", ours)} of {_path})";
    }

    private static Option Find(ParseResult parsed, string name) => parsed.RootCommandResult.Command.Options.Single(option => option.Name == name);

    private static string Key(Option option) => option.Name[2..];

    private static object Value(Option option, string text) =>
        OptionText.IsSwitch(option) && bool.TryParse(text, out bool state) ? state
        : !option.ValueType.Equals(typeof(string)) && double.TryParse(text, out _) && IsJsonNumber(text) ? JsonDocument.Parse(text).RootElement
        : text;

    private static bool IsJsonNumber(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Add(JsonProperty property, ParseResult parsed)
    {
        IReadOnlyList<Option> known = parsed.CommandResult.Command.Options is var own ? [.. own.Where(option => !option.Hidden)] : [];
        if (known.FirstOrDefault(option => Key(option) == property.Name) is not Option found)
        {
            throw new InvalidInputException(
                _path, $"options of {parsed.CommandResult.Command.Name}, without dashes", $"'{property.Name}'{Spelling.Hint(property.Name, known.Select(Key))}");
        }

        string[] values = [.. Values(property)];
        if (property.Value.ValueKind == JsonValueKind.Null || parsed.GetResult(found) is { Implicit: false } || (values.Length == 1 && values[0] == OptionText.Standard(found)))
        {
            return;
        }

        _names.Add(found.Name);
        if (values.Length == 0)
        {
            throw new InvalidInputException($"{_path}: {property.Name}", "a value", "an empty list");
        }

        // Options of one value write several as the command line does, between commas: 16,32,64.
        foreach (string value in found.Arity.MaximumNumberOfValues > 1 ? values : [string.Join(',', values)])
        {
            _words.AddRange(value.Length == 0 ? [found.Name, value] : [$"{found.Name}={value}"]);
        }
    }

    private IEnumerable<string> Values(JsonProperty property)
    {
        string Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => throw new InvalidInputException($"{_path}: {property.Name}", "a text, a number, true, false or a list of them", value.GetRawText()),
        };
        return property.Value.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => property.Value.EnumerateArray().Select(Text),
            _ => [Text(property.Value)],
        };
    }
}
