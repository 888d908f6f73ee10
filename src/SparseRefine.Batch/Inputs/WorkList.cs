using System.Runtime.CompilerServices;
using System.Text;

namespace SparseRefine.Batch;

/// <summary>
/// The photos of a job, listed to a file before the first is scored: totals are known, duplicates are found at once, and memory stays flat. While listing it keeps
/// 8 bytes for each file to read and to write.
/// </summary>
internal sealed class WorkList : IWorkSource
{
    private readonly string _file;
    private readonly Shard? _shard;
    private readonly IdSet _done;

    private WorkList(string file, Shard? shard, IdSet done, long total, long skipped)
    {
        _file = file;
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
    /// <param name="output">The output folder, full path.</param>
    /// <param name="results">The files for each photo.</param>
    /// <param name="shard">The slice to hand out; null for all.</param>
    /// <param name="done">What the journal has.</param>
    /// <param name="stop">Ends the listing.</param>
    /// <returns>The list.</returns>
    /// <exception cref="InvalidInputException">Two photos of one id or of one output file, or a photo that would be overwritten; both are named.</exception>
    public static WorkList Create(
        IEnumerable<WorkItem> items, string file, string output, ScoringResults results, Shard? shard, IdSet done, CancellationToken stop)
    {
        List<ulong> inputs = [];
        List<ulong> outputs = [];
        long total = 0;
        long skipped = 0;
        using (BinaryWriter writer = new(File.Create(file), Encoding.UTF8))
        {
            foreach (WorkItem item in items)
            {
                stop.ThrowIfCancellationRequested();
                writer.Write(item.Id);
                writer.Write(item.Path);
                inputs.Add(Hash(item.Path));
                foreach (string name in results.Names(item.Id))
                {
                    outputs.Add(Hash(Path.Combine(output, name)));
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

        foreach (ulong input in inputs)
        {
            if (outputs.BinarySearch(input) >= 0)
            {
                suspects.Add(input);
            }
        }

        ThrowIfClashing(file, output, results, suspects);
        return new WorkList(file, shard, done, total, skipped);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkItem> Items([EnumeratorCancellation] CancellationToken stop)
    {
        foreach (WorkItem item in Read(_file))
        {
            if (_shard?.Has(item.Id) != false && !_done.Contains(item.Id))
            {
                yield return item;
            }
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    // Two names of equal hash may differ: the list is read a second time, and the names with such hashes are compared themselves.
    private static void ThrowIfClashing(string file, string output, ScoringResults results, HashSet<ulong> suspects)
    {
        if (suspects.Count == 0)
        {
            return;
        }

        Dictionary<string, WorkItem> writers = new(Names);
        foreach (WorkItem item in Read(file))
        {
            foreach (string path in results.Names(item.Id).Select(name => Path.Combine(output, name)).Where(path => suspects.Contains(Hash(path))))
            {
                if (!writers.TryAdd(path, item))
                {
                    WorkItem first = writers[path];
                    throw first.Id == item.Id
                        ? new InvalidInputException("inputs", "each id once", $"'{item.Id}' for {first.Path} and for {item.Path}")
                        : new InvalidInputException("inputs", "one photo for each output file", $"{first.Path} and {item.Path} for {path}");
                }
            }
        }

        foreach (WorkItem item in Read(file))
        {
            if (writers.TryGetValue(item.Path, out WorkItem writer))
            {
                throw new InvalidInputException(
                    output, "a folder where no photo is overwritten", $"{item.Path}, which the result of {writer.Path} would replace");
            }
        }
    }

    private static StringComparer Names => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static ulong Hash(string path) => (ulong)IdSet.Hash(
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? path.ToUpperInvariant() : path);

    private static IEnumerable<WorkItem> Read(string file)
    {
        using BinaryReader reader = new(File.OpenRead(file), Encoding.UTF8);
        long length = reader.BaseStream.Length;
        while (reader.BaseStream.Position < length)
        {
            yield return new WorkItem(reader.ReadString(), reader.ReadString());
        }
    }
}
