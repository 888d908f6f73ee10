using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Where a job keeps its things in the output folder, and the lock that keeps a second process off them. A slice has files of its own, so slices can share a folder.
/// </summary>
internal sealed class JobFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _lockFile;
    private readonly string _temporary;
    private readonly bool _isNew;
    private readonly bool _isPassing;
    private FileStatus? _journal;

    /// <summary>Makes the folder where it is missing, takes the lock and clears away what a killed run left half-written.</summary>
    /// <param name="output">The output folder.</param>
    /// <param name="shard">The slice; null for all photos.</param>
    /// <param name="isPassing">Whether nothing of it stays, as all that counts goes to a store.</param>
    /// <exception cref="InvalidInputException">A file stands where the folder should, another process holds the lock, or nothing can be written there.</exception>
    public JobFolder(string output, Shard? shard, bool isPassing = false)
    {
        _isPassing = isPassing;
        Root = Path.GetFullPath(output);
        string slice = shard is null ? string.Empty : $".{shard.FileName}";
        JournalFile = Path.Combine(Root, $"journal{slice}.jsonl");
        FailedFile = Path.Combine(Root, $"failed{slice}.jsonl");
        _lockFile = LockFileOf(JournalFile);
        _temporary = TemporaryOf(JournalFile);
        _isNew = !Directory.Exists(Root);
        try
        {
            Directory.CreateDirectory(Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(output, "a folder to write to", Reason(e), e);
        }

        try
        {
            _lock = new FileStream(_lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsHeld(e)))
        {
            throw new InvalidInputException(output, "a folder to write to", Reason(e), e);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(_lockFile, $"no other job on {JournalFile}", "one that is running", e);
        }

        try
        {
            byte[] left = new DirectoryInfo(_temporary).LinkTarget is null ? PhotosInWork.ReadLeft(BegunFile) : [];
            ClearTemporary(JournalFile);
            Names = NameRule.Of(_temporary);
            InWork = new PhotosInWork(BegunFile, left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lock.Dispose();
            throw new InvalidInputException(output, "a folder to write to", Reason(e), e);
        }
    }

    /// <summary>The lock of the job that writes a journal.</summary>
    /// <param name="journal">The journal.</param>
    /// <returns>Beside it, .journal.lock for journal.jsonl.</returns>
    public static string LockFileOf(string journal) =>
        Path.Combine(Path.GetDirectoryName(journal) ?? string.Empty, $".{Path.GetFileNameWithoutExtension(journal)}.lock");

    /// <summary>Where the job that writes a journal, or a merge into it, keeps what is not whole yet.</summary>
    /// <param name="journal">The journal.</param>
    /// <returns>Beside it, .journal.tmp for journal.jsonl.</returns>
    public static string TemporaryOf(string journal) => Path.ChangeExtension(LockFileOf(journal), ".tmp");

    /// <summary>Makes that folder anew, without what a killed process left in it. The caller holds the lock.</summary>
    /// <param name="journal">The journal.</param>
    /// <returns>The folder.</returns>
    public static string ClearTemporary(string journal)
    {
        string folder = TemporaryOf(journal);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>The output folder.</summary>
    public string Root { get; }

    /// <summary>Which names of results are one.</summary>
    public NameRule Names { get; }

    /// <summary>The photos in work, and those that an earlier run was killed over.</summary>
    public PhotosInWork InWork { get; }

    /// <summary>The journal.</summary>
    public string JournalFile { get; }

    /// <summary>The failures.</summary>
    public string FailedFile { get; }

    /// <summary>The file that the photos are listed to; gone when the job ends.</summary>
    public string ListFile => Path.Combine(_temporary, "photos.list");

    private string BegunFile => Path.Combine(_temporary, "photos.begun");

    /// <summary>Begins a file of the output folder. Until it is whole it lies where the next run clears up. Thread-safe.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file; the caller disposes it.</returns>
    public AtomicFile CreateFile(string path) => AtomicFile.Create(path, _temporary);

    /// <summary>Takes the journal that stands there now for this job's.</summary>
    public void Remember() => _journal = FileStatus.Of(JournalFile);

    /// <summary>Throws where the folder is no longer the one that the journal was opened in.</summary>
    /// <exception cref="DirectoryNotFoundException">It is gone.</exception>
    /// <exception cref="IOException">Another journal stands in the place of the one that <see cref="Remember"/> saw.</exception>
    public void ThrowIfGone()
    {
        if (!File.Exists(JournalFile))
        {
            throw new DirectoryNotFoundException($"{Root}: expected the output folder with its journal, got none; it was there before");
        }

        if (_journal is FileStatus journal && FileStatus.Of(JournalFile)?.IsSame(journal) == false)
        {
            throw new IOException($"{JournalFile}: expected the journal that this job writes, got another file of that name, put there meanwhile");
        }
    }

    /// <summary>Takes back what the constructor made, for a job that does not start.</summary>
    public void Discard()
    {
        Dispose();
        if (_isNew)
        {
            try
            {
                File.Delete(_lockFile);
                Directory.Delete(Root);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process has put files into the folder meanwhile: it stays.
            }
        }
    }

    /// <summary>Lets the next process in.</summary>
    public void Dispose()
    {
        InWork.Dispose();
        try
        {
            Directory.Delete(_temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run clears it away.
        }

        if (_isPassing)
        {
            Pass();
        }

        // The lock file stays: deleting it would let two processes hold two files of one name, which harms no job whose results go to a store.
        _lock.Dispose();
    }

    private void Pass()
    {
        try
        {
            File.Delete(JournalFile);
            File.Delete(FailedFile);
            File.Delete(_lockFile);
            Directory.Delete(Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something else lies there, or it is gone.
        }
    }

    // Of an open that failed because of a sharing violation .NET says so in the message's code: EWOULDBLOCK or ERROR_SHARING_VIOLATION.
    private static bool IsHeld(Exception e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    private static string Reason(Exception e) => OneLine.Of(e.Message);
}
