using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cluster;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>merge</c>: one journal of the journals of a job's slices.</summary>
internal static class MergeCommand
{
    private const int MostNamed = 20;

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string[]> journals = new("--journals")
        {
            Description = "The slices' journals, or folders or stores that hold them, as that of a job that plan made.",
            HelpName = "FILE|DIR|STORE...",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = OptionValues.Required("--out", "The journal to write, as answers/journal.jsonl; also in a store.", "FILE");
        StoreOption stores = new();
        Command command = new("merge", "Joins the journals of the slices that score --shard made.") { journals, output };
        stores.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string file = parsed.GetRequiredValue(output);
            if (!StoreAddress.IsAddress(file))
            {
                OutputFile.CheckFile(file, "--out");
            }

            ClusterJob? job = null;
            foreach (string path in parsed.GetRequiredValue(journals))
            {
                await using ObjectStore store = stores.Open(parsed, path) ?? new FolderStore(path);
                if (!path.EndsWith(".jsonl", StringComparison.Ordinal) && await store.FindAsync(JobKeys.Job, cancellation) is not null)
                {
                    job = await ClusterJob.ReadAsync(store, cancellation);
                    ThrowIfMissing(store, job, await JobPlanner.MissingAsync(store, job, cancellation));
                }
            }

            string[] files = [.. parsed.GetRequiredValue(journals).SelectMany(path => Expand(path, stores.Open(parsed, path)))];
            long photos = JournalMerge.Merge(files, file, stores.Opener(parsed));
            string failed = job?.Photos > photos ? $"; {job.Photos - photos} of the job's {job.Photos} could not be scored" : "";
            console.WriteLine($"{file}: {photos} photos of {files.Length} journals{failed}");
            return ExitCodes.Success;
        });
        return command;
    }

    private static void ThrowIfMissing(ObjectStore store, ClusterJob job, IReadOnlyList<Shard> missing)
    {
        if (missing.Count > 0)
        {
            string names = string.Join(", ", missing.Take(MostNamed)) + (missing.Count > MostNamed ? ", ..." : "");
            throw new InvalidInputException(store.Address, $"the journals of all {job.Slices} slices", $"{missing.Count} missing: {names} (plan --missing publishes them)");
        }
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
