using System.CommandLine;
using SparseRefine.Batch;

namespace SparseRefine.Cli.Options;

/// <summary>Where a job's photos come from.</summary>
internal sealed class InputOptionGroup
{
    private readonly Option<string[]> _photos = new("--images")
    {
        Description = "Photos, folders of photos with their subfolders, or patterns as 'photos/**/*.jpg'; also az://account/container/prefix and s3://bucket/prefix.",
        HelpName = "DIR|FILE|PATTERN|STORE...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _list = OptionValues.Path(
        "--list", "List of photos: a path a line, CSV with the columns id and path, or JSON lines, with paths or addresses; - is standard input.", "FILE");

    private readonly Option<string?> _list0 = OptionValues.Path("--list0", "The same with names that end with NUL, as find -print0 prints them; - is standard input.", "FILE");
    private readonly Option<string?> _root = OptionValues.Path("--root", "What paths of a list are relative to. [default: the current folder]", "DIR|STORE");

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_photos, _list, _list0, _root])
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The photos.</returns>
    /// <exception cref="InvalidInputException">No photos, two lists, or no such root.</exception>
    public ScoringInputs Read(ParseResult parsed)
    {
        if (parsed.GetValue(_list) is not null && parsed.GetValue(_list0) is not null)
        {
            throw new InvalidInputException("--list, --list0", "one of them", "both");
        }

        string? file = parsed.GetValue(_list) ?? parsed.GetValue(_list0);
        ScoringInputs inputs = new()
        {
            Paths = parsed.GetValue(_photos) ?? [],
            List = file == "-" ? null : file,
            Reader = file == "-" ? new StreamReader(Console.OpenStandardInput()) : null,
            IsNulDivided = parsed.GetValue(_list0) is not null,
            Root = parsed.GetValue(_root),
        };
        if (inputs.Paths.Count == 0 && file is null)
        {
            throw new InvalidInputException("--images, --list", "photos", "none");
        }

        return inputs.Root is string folder && !Directory.Exists(folder) && !StoreAddress.IsAddress(folder)
            ? throw new InvalidInputException("--root", "a folder", File.Exists(folder) ? $"the file {folder}" : $"{folder}, which is not there")
            : inputs;
    }
}
