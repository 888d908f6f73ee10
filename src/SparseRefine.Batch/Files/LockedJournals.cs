namespace SparseRefine.Batch;

/// <summary>Keeps jobs and other merges off journals that a merge reads or replaces, by the locks that the jobs hold themselves.</summary>
internal sealed class LockedJournals : IDisposable
{
    private readonly List<FileStream> _locks = [];

    /// <summary>Takes the lock of each journal that has one; a journal without was never a running job's.</summary>
    /// <param name="journals">Journals to read.</param>
    /// <exception cref="InvalidInputException">A job is running on one.</exception>
    public LockedJournals(IEnumerable<string> journals)
    {
        foreach (string journal in journals.Where(journal => File.Exists(JobFolder.LockFileOf(Path.GetFullPath(journal)))))
        {
            Take(journal, FileMode.Open);
        }
    }

    /// <summary>Takes the lock of one more journal, and makes it where there is none.</summary>
    /// <param name="journal">A journal to write, whose folder is there; may be among those to read.</param>
    /// <exception cref="InvalidInputException">A job is running on it, or another merge.</exception>
    public void Add(string journal) => Take(journal, FileMode.OpenOrCreate);

    private void Take(string journal, FileMode mode)
    {
        string file = JobFolder.LockFileOf(Path.GetFullPath(journal));
        if (_locks.Exists(held => held.Name == file))
        {
            return;
        }

        try
        {
            _locks.Add(new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            Dispose();
            throw new InvalidInputException(file, $"no job on {journal}", "one that is running", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _locks.ForEach(held => held.Dispose());
}
