using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Writes photos whose files are in place to the journal, and failures to theirs, several in one flush. One caller at a time.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="journal">Its journal.</param>
/// <param name="kept">Its journal in a store; null for none.</param>
/// <param name="progress">Counts them.</param>
internal sealed class PhotoRecorder(JobFolder folder, Journal journal, StoreJournal? kept, ProgressCounter progress) : IDisposable
{
    /// <summary>Photos in one flush of the journal.</summary>
    public const int Batch = 16;

    private Journal? _failures;

    /// <summary>Makes photos and failures durable, and counts them.</summary>
    /// <param name="batch">Photos and failures.</param>
    /// <exception cref="IOException">They cannot be written, or the folder is another than it was; the journal has none of them then.</exception>
    public void Record(IReadOnlyList<WrittenWork> batch)
    {
        folder.ThrowIfGone();
        kept?.SaveIfDue();
        foreach (string changed in batch.SelectMany(work => work.Folders).Distinct())
        {
            AtomicFile.FlushFolder(changed);
        }

        JournalEntry[] entries = [.. batch.Select(work => work.Entry).OfType<JournalEntry>()];
        if (entries.Length > 0)
        {
            journal.Append(entries);
        }

        FailedEntry[] failures = [.. batch.Select(work => work.Failed).OfType<FailedEntry>()];
        if (failures.Length > 0)
        {
            _failures ??= Journal.CreateFailures(folder.FailedFile);
            _failures.Append(failures);
        }

        foreach (WrittenWork work in batch)
        {
            if (work.Entry is JournalEntry entry)
            {
                progress.Add(entry);
                work.Work!.Clock.Done(entry);
            }
            else
            {
                progress.Add(work.Failed!);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _failures?.Dispose();
}
