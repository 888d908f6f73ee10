namespace SparseRefine.Batch;

/// <summary>Keeps jobs off journals that a merge reads or replaces, by the locks that the jobs hold themselves.</summary>
internal sealed class LockedJournals : IDisposable
{
    private readonly List<FileStream> _locks = [];

    /// <summary>Takes the lock of each journal that has one; a journal without was never a running job's.</summary>
    /// <param name="journals">Journals, those of one job once.</param>
    /// <exception cref="InvalidInputException">A job is running on one.</exception>
    public LockedJournals(IEnumerable<string> journals)
    {
        foreach (string journal in journals.Select(Path.GetFullPath).Distinct())
        {
            string file = JobFolder.LockFileOf(journal);
            if (!File.Exists(file))
            {
                continue;
            }

            try
            {
                _locks.Add(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None));
            }
            catch (IOException e)
            {
                Dispose();
                throw new InvalidInputException(file, $"no job on {journal}", "one that is running", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _locks.ForEach(held => held.Dispose());
}
