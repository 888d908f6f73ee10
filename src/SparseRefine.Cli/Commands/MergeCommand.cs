using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>merge</c>: one journal of the journals of a job's slices.</summary>
internal static class MergeCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string[]> journals = new("--journals")
        {
            Description = "The slices' journals, or folders that hold them.",
            HelpName = "FILE|DIR...",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = OptionValues.Required("--out", "The journal to write, as answers/journal.jsonl.", "FILE");
        Command command = new("merge", "Joins the journals of the slices that score --shard made.") { journals, output };
        command.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.CheckFile(file, "--out");
            string[] files = [.. parsed.GetRequiredValue(journals).SelectMany(Expand)];
            long photos = JournalMerge.Merge(files, file);
            console.WriteLine($"{file}: {photos} photos of {files.Length} journals");
            return ExitCodes.Success;
        });
        return command;
    }

    private static IEnumerable<string> Expand(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "journal.*-of-*.jsonl").Order(StringComparer.Ordinal)
        : [path];
}
