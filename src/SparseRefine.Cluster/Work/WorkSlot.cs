using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>
/// A place of a worker's scratch folder that one worker has at a time. What a killed worker left in it tells the next one with the same slice which photos it was killed over; else it is deleted.
/// </summary>
internal sealed class WorkSlot : IDisposable
{
    private const int Most = 1024;

    private readonly FileStream _lock;
    private readonly string _folder;

    private WorkSlot(string folder, FileStream held) => (_folder, _lock) = (folder, held);

    /// <summary>The slice's list.</summary>
    public string ListFile => Path.Combine(_folder, "list.jsonl");

    /// <summary>Where the slice's job keeps what it needs while it runs.</summary>
    public string Workspace => Path.Combine(_folder, "job");

    private string MarkFile => Path.Combine(_folder, "slice");

    /// <summary>Takes the first place that nobody has.</summary>
    /// <param name="scratch">The scratch folder.</param>
    /// <returns>The place; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Nothing can be written there.</exception>
    public static WorkSlot Take(string scratch)
    {
        try
        {
            for (int i = 0; i < Most; i++)
            {
                string folder = Path.Combine(scratch, $"worker-{i}");
                Directory.CreateDirectory(folder);
                if (TryLock(Path.Combine(folder, "lock")) is FileStream held)
                {
                    return new WorkSlot(folder, held);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(scratch, "a folder to write to", ClusterText.OneLine(e.Message), e);
        }

        throw new InvalidInputException(scratch, $"fewer than {Most} workers at once", "more");
    }

    /// <summary>Makes the place ready for a slice.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="slice">The slice.</param>
    public void Begin(string job, Shard slice)
    {
        string mark = $"{job} {slice}";
        if (!File.Exists(MarkFile) || File.ReadAllText(MarkFile) != mark)
        {
            Clear();
            File.WriteAllText(MarkFile, mark);
        }
    }

    /// <summary>Deletes what is left of a slice.</summary>
    public void Clear()
    {
        File.Delete(MarkFile);
        File.Delete(ListFile);
        if (Directory.Exists(Workspace))
        {
            Directory.Delete(Workspace, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is 11 or 35 or 32)
        {
            // EWOULDBLOCK or ERROR_SHARING_VIOLATION: another worker has it.
            return null;
        }
    }
}
