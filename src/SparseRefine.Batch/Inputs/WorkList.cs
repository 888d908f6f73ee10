using System.Runtime.CompilerServices;
using System.Text;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// The photos of a job, listed to a file before the first is scored: totals are known, duplicates are found at once, and memory stays flat. While listing it keeps
/// 16 bytes for each file to read and 8 for each to write.
/// </summary>
internal sealed class WorkList : IWorkSource
{
    private readonly string _file;
    private readonly Shard? _shard;
    private readonly IdSet _done;
    private readonly Func<WorkItem, WorkItem> _examined;

    private WorkList(string file, Func<WorkItem, WorkItem> examined, Shard? shard, IdSet done, long total, long skipped)
    {
        _file = file;
        _examined = examined;
        _shard = shard;
        _done = done;
        Total = total;
        Skipped = skipped;
    }

    /// <inheritdoc/>
    public long? Total { get; }

    /// <inheritdoc/>
    public long Skipped { get; }

    /// <summary>Lists the photos.</summary>
    /// <param name="items">All photos of the job; read once.</param>
    /// <param name="file">Where to list them; replaced.</param>
    /// <param name="output">The output folder, full path, or the address of the results.</param>
    /// <param name="rule">Which names of results are one.</param>
    /// <param name="results">The files for each photo.</param>
    /// <param name="shard">The slice to hand out; null for all.</param>
    /// <param name="done">What the journal has.</param>
    /// <param name="stop">Ends the listing.</param>
    /// <returns>The list; photos with a problem of their own are in it and reserve no output.</returns>
    /// <exception cref="InvalidInputException">Two photos of one id or of one output file, or a photo that would be overwritten; both are named.</exception>
    public static WorkList Create(
        IEnumerable<WorkItem> items, string file, string output, NameRule rule, ScoringResults results, Shard? shard, IdSet done, CancellationToken stop)
    {
        List<UInt128> inputs = [];
        HashSet<ulong> folders = [];
        List<ulong> outputs = [];
        string below = output + "/";
        long total = 0;
        long skipped = 0;
        using (BinaryWriter writer = new(File.Create(file), Encoding.UTF8))
        {
            foreach (WorkItem item in items)
            {
                stop.ThrowIfCancellationRequested();
                item.Write(writer);
                if (item.Problem is null)
                {
                    // Of objects only those below the results can be overwritten: the others take no memory.
                    if ((!StoreAddress.IsAddress(item.Path) || item.Path.StartsWith(below, StringComparison.Ordinal)) && Identity(item.Path) is UInt128 identity)
                    {
                        inputs.Add(identity);
                    }

                    outputs.AddRange(results.Names(item.Id).Select(name => Hash(name, rule)));
                    AddFolders(item.Id, rule, folders);
                }

                if (shard?.Has(item.Id) != false)
                {
                    total++;
                    skipped += done.Contains(item.Id) ? 1 : 0;
                }
            }
        }

        outputs.Sort();
        HashSet<ulong> suspects = [];
        for (int i = 1; i < outputs.Count; i++)
        {
            if (outputs[i] == outputs[i - 1])
            {
                suspects.Add(outputs[i]);
            }
        }

        ThrowIfClashing(file, output, rule, results, suspects);
        inputs.Sort();
        ThrowIfReplacing(file, output, results, inputs);
        folders.IntersectWith(outputs);
        return new WorkList(file, item => Examined(item, rule, results, folders), shard, done, total, skipped);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkItem> Items([EnumeratorCancellation] CancellationToken stop)
    {
        foreach (WorkItem item in Read(_file))
        {
            if (_shard?.Has(item.Id) != false && !_done.Contains(item.Id))
            {
                yield return _examined(item);
            }
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    // Two names of equal hash may differ: the list is read a second time, and the names with such hashes are compared themselves.
    private static void ThrowIfClashing(string file, string output, NameRule rule, ScoringResults results, HashSet<ulong> suspects)
    {
        if (suspects.Count == 0)
        {
            return;
        }

        Dictionary<string, WorkItem> writers = new(StringComparer.Ordinal);
        foreach (WorkItem item in Read(file).Where(item => item.Problem is null))
        {
            foreach (string name in results.Names(item.Id).Where(name => suspects.Contains(Hash(name, rule))))
            {
                if (!writers.TryAdd(rule.Key(name), item))
                {
                    WorkItem first = writers[rule.Key(name)];
                    throw first.Id == item.Id
                        ? new InvalidInputException("inputs", "each id once", $"'{item.Id}' for {first.Path} and for {item.Path}")
                        : new InvalidInputException("inputs", "one photo for each output file", $"{first.Path} and {item.Path} for {ResultPlace.PathOf(output, name)}");
                }
            }
        }
    }

    // By what stands at the output's path, so that no link, hard link, mount or spelling of a path hides an input.
    private static void ThrowIfReplacing(string file, string output, ScoringResults results, List<UInt128> inputs)
    {
        foreach (WorkItem item in inputs.Count > 0 ? Read(file).Where(item => item.Problem is null) : [])
        {
            foreach (string path in results.Names(item.Id).Select(name => ResultPlace.PathOf(output, name)))
            {
                if (Identity(path) is UInt128 there && inputs.BinarySearch(there) >= 0)
                {
                    string input = Read(file).First(other => Identity(other.Path) == there).Path;
                    throw new InvalidInputException(
                        output, "a folder where no photo is overwritten", $"{input}, which the result {path} of {item.Path} would replace");
                }
            }
        }
    }

    // Where x.jpg lies beside a folder x.png/, the result x.png and the folder of results x.png/ cannot both be: the one file fails, not the folder's many.
    private static WorkItem Examined(WorkItem item, NameRule rule, ScoringResults results, HashSet<ulong> blocked) =>
        blocked.Count > 0 && item.Problem is null && results.Names(item.Id).FirstOrDefault(name => blocked.Contains(Hash(name, rule))) is string taken
            ? item with { Problem = $"{item.Path}: expected an output file of its own, got {taken}, the folder of other results" }
            : item;

    private static void AddFolders(string id, NameRule rule, HashSet<ulong> folders)
    {
        for (int end = id.LastIndexOf('/'); end > 0 && folders.Add(Hash(id[..end], rule)); end = id.LastIndexOf('/', end - 1))
        {
        }
    }

    // An object of a store is its address.
    private static UInt128? Identity(string path) => StoreAddress.IsAddress(path) ? IdSet.Hash(path)
        : FileStatus.Of(path) is FileStatus file ? new UInt128((ulong)file.Device, (ulong)file.Number) : null;

    private static ulong Hash(string name, NameRule rule) => (ulong)IdSet.Hash(rule.Key(name));

    private static IEnumerable<WorkItem> Read(string file)
    {
        using BinaryReader reader = new(File.OpenRead(file), Encoding.UTF8);
        long length = reader.BaseStream.Length;
        while (reader.BaseStream.Position < length)
        {
            yield return WorkItem.Read(reader);
        }
    }
}
