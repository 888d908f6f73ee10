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
            Description = "The slices' journals, or folders or stores that hold them.",
            HelpName = "FILE|DIR|STORE...",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = OptionValues.Required("--out", "The journal to write, as answers/journal.jsonl; also in a store.", "FILE");
        StoreOption stores = new();
        Command command = new("merge", "Joins the journals of the slices that score --shard made.") { journals, output };
        stores.AddTo(command);
        command.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(output);
            if (!StoreAddress.IsAddress(file))
            {
                OutputFile.CheckFile(file, "--out");
            }

            string[] files = [.. parsed.GetRequiredValue(journals).SelectMany(path => Expand(path, stores.Open(parsed, path)))];
            long photos = JournalMerge.Merge(files, file, stores.Opener(parsed));
            console.WriteLine($"{file}: {photos} photos of {files.Length} journals");
            return ExitCodes.Success;
        });
        return command;
    }

    // A folder of results, one that is a store to a job, or a store.
    private static IEnumerable<string> Expand(string path, ObjectStore? store) =>
        store is not null ? path.EndsWith(".jsonl", StringComparison.Ordinal) ? [path] : Listed(store)
        : !Directory.Exists(path) ? [path]
        : Directory.Exists(Path.Combine(path, "journals")) ? Listed(new FolderStore(path))
        : Directory.EnumerateFiles(path, "journal.*-of-*.jsonl").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Listed(ObjectStore store) =>
        store.ListAsync("journals/").ToBlockingEnumerable().Select(found => store.AddressOf(found.Key)).Order(StringComparer.Ordinal);
}
