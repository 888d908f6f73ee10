using System.Text;

namespace SparseRefine.Persistence;

/// <summary>
/// A file in the making. It is written under a temporary name beside its target, flushed to the disk and renamed over the target, so that the target's name never
/// stands for half a file, whatever stops the process. All files of this library are written so. One thread at a time.
/// </summary>
/// <remarks>
/// The temporary name holds 128 random bits and is created new: an existing file or link of that name is neither followed nor overwritten. A killed process leaves a
/// file <c>.sparserefine-*.tmp</c>, which may be deleted. A target that is a link is replaced by the file; what the link led to stays as it was.
/// </remarks>
public sealed class AtomicFile : IDisposable
{
    private const string Prefix = ".sparserefine-";
    private const string Suffix = ".tmp";
    private const int RandomCharacters = 32;

    private readonly string _target;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    private AtomicFile(string path, string? temporaryFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(_target) ?? throw new IOException($"{path}: expected the name of a file, got a root folder");
        if (Path.GetFileName(_target).Length == 0 || Directory.Exists(_target))
        {
            throw new IOException($"{path}: expected the name of a file, got a folder");
        }

        // A rename would put a file in the place of /dev/null, for everybody.
        if (FileStatus.Of(_target) is { IsSpecial: true } other)
        {
            throw new IOException($"{path}: expected the name of a file, got {other.Describe()}");
        }

        if (temporaryFolder is null)
        {
            MakeFolder(folder);
        }

        _temporary = Path.Combine(temporaryFolder ?? folder, $"{Prefix}{Guid.NewGuid():N}{Suffix}");
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Takes the content: empty, seekable, to be read back too.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a file, and makes its folder where that is missing.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="temporaryFolder">
    /// Where it lies until it is whole: a folder on the target's file system, whose owner clears away what killed runs leave; null: beside the target.
    /// </param>
    /// <returns>The file; the caller disposes it, which takes back what was not committed.</returns>
    /// <exception cref="IOException">It cannot be made there, or the path is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to make it there.</exception>
    public static AtomicFile Create(string path, string? temporaryFolder = null) => new(path, temporaryFolder);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="write">Writes the content to the stream it gets. When it throws, the target stays as it was and nothing else stays.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using AtomicFile file = new(path, null);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a file of these bytes.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="bytes">The content.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using AtomicFile file = new(path, null);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Writes a text file, UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="text">The content.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether a file of this name can only be what a killed process left of a write.</summary>
    /// <param name="fileName">The name without its folder.</param>
    /// <returns>True for the names that temporary files get.</returns>
    internal static bool IsTemporary(ReadOnlySpan<char> fileName) =>
        fileName.Length == Prefix.Length + RandomCharacters + Suffix.Length
        && fileName.StartsWith(Prefix, StringComparison.Ordinal) && fileName.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Flushes the content to the disk and puts the file in its place.</summary>
    /// <param name="changedFolders">
    /// Takes the folders that <see cref="FlushFolder"/> must flush before the file's name is durable, for writers of many files; null: they are flushed now.
    /// </param>
    /// <exception cref="IOException">No room, or the file or its folder is gone.</exception>
    public void Commit(ISet<string>? changedFolders = null)
    {
        Finish();
        File.Move(_temporary, _target, overwrite: true);
        Flush(changedFolders);
    }

    /// <summary>Flushes the content to the disk and puts the file in its place where nothing stands there, in one step: of several processes one succeeds.</summary>
    /// <param name="changedFolders">As for <see cref="Commit"/>.</param>
    /// <returns>False where something stood there, which stays as it was.</returns>
    /// <exception cref="IOException">No room, or the file or its folder is gone.</exception>
    public bool CommitNew(ISet<string>? changedFolders = null)
    {
        Finish();
        try
        {
            File.Move(_temporary, _target, overwrite: false);
        }
        catch (IOException) when (Path.Exists(_target) || new FileInfo(_target).LinkTarget is not null)
        {
            return false;
        }

        Flush(changedFolders);
        return true;
    }

    /// <summary>Makes renames within a folder survive a loss of power. Where a file system cannot, or on Windows, nothing happens.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">It is not there any more.</exception>
    public static void FlushFolder(string folder) => DirectorySync.Flush(folder);

    private void Finish()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        if (!File.Exists(_temporary))
        {
            // Its folder was moved away. The target's, which may lie above it, must not be made anew.
            throw new DirectoryNotFoundException($"{_temporary}: expected the file that is being written, got none; it was there before");
        }

        MakeFolder(Path.GetDirectoryName(_target)!);
    }

    private void Flush(ISet<string>? changedFolders)
    {
        foreach (string folder in _changed)
        {
            if (changedFolders is null)
            {
                FlushFolder(folder);
            }
            else
            {
                changedFolders.Add(folder);
            }
        }
    }

    private void MakeFolder(string folder)
    {
        for (string? at = folder; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            _changed.Add(Path.GetDirectoryName(at) ?? at);
        }

        Directory.CreateDirectory(folder);
        _changed.Add(folder);
    }

    /// <summary>Takes back a file that was not committed. Best effort, above all on a full disk.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What was buffered found no room; it is deleted next.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The name tells that the file may be deleted.
        }
    }
}
