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

    /// <summary>Makes the folder where it is missing, takes the lock and clears away what a killed run left half-written.</summary>
    /// <param name="output">The output folder.</param>
    /// <param name="shard">The slice; null for all photos.</param>
    /// <exception cref="InvalidInputException">A file stands where the folder should, another process holds the lock, or nothing can be written there.</exception>
    public JobFolder(string output, Shard? shard)
    {
        Root = Path.GetFullPath(output);
        string slice = shard is null ? string.Empty : $".{shard.Index}-of-{shard.Count}";
        JournalFile = Path.Combine(Root, $"journal{slice}.jsonl");
        FailedFile = Path.Combine(Root, $"failed{slice}.jsonl");
        _lockFile = Path.Combine(Root, $".journal{slice}.lock");
        _temporary = Path.Combine(Root, $".journal{slice}.tmp");
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
            if (Directory.Exists(_temporary))
            {
                Directory.Delete(_temporary, recursive: true);
            }

            Directory.CreateDirectory(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lock.Dispose();
            throw new InvalidInputException(output, "a folder to write to", Reason(e), e);
        }
    }

    /// <summary>The output folder.</summary>
    public string Root { get; }

    /// <summary>The journal.</summary>
    public string JournalFile { get; }

    /// <summary>The failures.</summary>
    public string FailedFile { get; }

    /// <summary>The file that the photos are listed to; gone when the job ends.</summary>
    public string ListFile => Path.Combine(_temporary, "photos.list");

    /// <summary>Begins a file of the output folder. Until it is whole it lies where the next run clears up. Thread-safe.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file; the caller disposes it.</returns>
    public AtomicFile CreateFile(string path) => AtomicFile.Create(path, _temporary);

    /// <summary>Throws where the folder is no longer the one that the journal was opened in.</summary>
    /// <exception cref="DirectoryNotFoundException">It is gone.</exception>
    public void ThrowIfGone()
    {
        if (!File.Exists(JournalFile))
        {
            throw new DirectoryNotFoundException($"{Root}: expected the output folder with its journal, got none; it was there before");
        }
    }

    /// <summary>What keeps a file from being written that concerns it alone.</summary>
    /// <param name="name">The file, relative to the folder, with forward slashes.</param>
    /// <returns>What stands in its way; null where nothing does.</returns>
    public string? Obstacle(string name)
    {
        if (Directory.Exists(Path.Combine(Root, name)))
        {
            return $"{name}, a folder";
        }

        for (int end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            string folder = name[..end];
            if (File.Exists(Path.Combine(Root, folder)) || File.ResolveLinkTarget(Path.Combine(Root, folder), returnFinalTarget: false) is { } && !Directory.Exists(Path.Combine(Root, folder)))
            {
                return $"{folder}, which is no folder";
            }
        }

        return null;
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
        try
        {
            Directory.Delete(_temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run clears it away.
        }

        // The lock file stays: deleting it would let two processes hold two files of one name.
        _lock.Dispose();
    }

    // Of an open that failed because of a sharing violation .NET says so in the message's code: EWOULDBLOCK or ERROR_SHARING_VIOLATION.
    private static bool IsHeld(Exception e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    private static string Reason(Exception e) => OneLine.Of(e.Message);
}
