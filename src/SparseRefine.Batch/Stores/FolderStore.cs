using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// A folder as a store, also one on a network drive that several hosts share: an object is a file below it. Files appear whole, under their names (<see cref="AtomicFile"/>), and are
/// flushed to the disk with the folders that lead to them. Thread-safe.
/// </summary>
/// <remarks>
/// Links to files are followed, links to folders are not listed; files whose names begin with <c>.sparserefine-</c> are those in the making and none of the listing. A folder that is not
/// there is an empty store, and is made when the first object is put there.
/// </remarks>
public sealed class FolderStore : ObjectStore
{
    private const string InTheMaking = ".sparserefine-";
    private const int CopyBytes = 1 << 16;

    // EROFS, and what Windows calls it.
    private const int ReadOnlyFileSystem = 30;
    private const int WriteProtected = 19;

    private readonly string _root;

    /// <summary>Makes a store; nothing is read or written yet.</summary>
    /// <param name="folder">The folder.</param>
    public FolderStore(string folder)
        : base(folder) => _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int end = prefix.LastIndexOf('/');
        string folder = end < 0 ? _root : PathOf(prefix[..end]);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        int skipped = Path.EndsInDirectorySeparator(_root) ? _root.Length : _root.Length + 1;
        FileSystemEnumerable<StoredObject> files = new(
            folder,
            (ref FileSystemEntry entry) => new StoredObject(
                entry.ToFullPath()[skipped..].Replace(Path.DirectorySeparatorChar, '/'), entry.Length, entry.LastWriteTimeUtc.UtcDateTime),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !entry.FileName.StartsWith(InTheMaking),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        foreach (StoredObject found in files)
        {
            cancellation.ThrowIfCancellationRequested();
            if (found.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return found;
            }
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation) =>
        Task.FromResult(FileStatus.Of(PathOf(key)) is FileStatus { Kind: FileKind.File } file ? new StoredObject(key, file.Length, file.Changed) : null);

    /// <inheritdoc/>
    protected override Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation)
    {
        string path = PathOf(key);
        return FileStatus.Of(path)?.Kind == FileKind.File
            ? Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CopyBytes, FileOptions.Asynchronous))
            : Task.FromException<Stream>(new FileNotFoundException($"{AddressOf(key)}: expected a file, got none", path));
    }

    /// <inheritdoc/>
    protected override async Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation)
    {
        string path = PathOf(key);
        if (!replace && File.Exists(path))
        {
            return false;
        }

        using AtomicFile file = Begin(key, path);
        await content.CopyToAsync(file.Stream, CopyBytes, cancellation).ConfigureAwait(false);
        if (!replace)
        {
            return file.CommitNew();
        }

        file.Commit();
        return true;
    }

    /// <inheritdoc/>
    protected override Task DeleteCoreAsync(string key, CancellationToken cancellation)
    {
        string path = PathOf(key);
        if (File.Exists(path))
        {
            File.Delete(path);
            AtomicFile.FlushFolder(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    // A file in the folder's way, or a file system that is read-only, is no trouble that passes.
    private AtomicFile Begin(string key, string path)
    {
        try
        {
            return AtomicFile.Create(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException || (e is IOException && (e.HResult & 0xFFFF) is ReadOnlyFileSystem or WriteProtected))
        {
            throw new UnauthorizedAccessException($"{AddressOf(key)}: expected a folder that can be written to, got {OneLine.Of(e.Message)}", e);
        }
    }

    private string PathOf(string key) => Path.Combine(_root, key);
}
