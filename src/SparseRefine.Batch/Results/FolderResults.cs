using System.Security.Cryptography;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>The output folder of a job, whose journal lies there, too.</summary>
/// <param name="folder">The job's folder.</param>
internal sealed class FolderResults(JobFolder folder) : ResultPlace
{
    /// <inheritdoc/>
    public override string Root => folder.Root;

    /// <inheritdoc/>
    public override NameRule Names => folder.Names;

    /// <summary>
    /// A link that a photo's results would go through: what it leads to is not this folder's, and on another file system files cannot be put in place as a whole.
    /// </summary>
    /// <inheritdoc/>
    public override string? Refusal(string id)
    {
        for (int end = id.IndexOf('/', StringComparison.Ordinal); end > 0; end = id.IndexOf('/', end + 1))
        {
            if (new DirectoryInfo(Path.Combine(Root, id[..end])).LinkTarget is string target)
            {
                return $"{id[..end]}, a link to {target}";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string? Obstacle(string name)
    {
        if (Directory.Exists(Path.Combine(Root, name)))
        {
            return $"{name}, a folder";
        }

        for (int end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            string above = name[..end];
            if (File.Exists(Path.Combine(Root, above)) || File.ResolveLinkTarget(Path.Combine(Root, above), returnFinalTarget: false) is { } && !Directory.Exists(Path.Combine(Root, above)))
            {
                return $"{above}, which is no folder";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override void ThrowIfGone() => folder.ThrowIfGone();

    /// <inheritdoc/>
    public override ResultFile Begin(string name, ReadOnlySpan<byte> bytes)
    {
        AtomicFile file = folder.CreateFile(Path.Combine(Root, name));
        try
        {
            file.Stream.Write(bytes);
            return new Pending(name, file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string? Difference(string key, long? bytes, string? hash)
    {
        string path = Path.Combine(Root, key);
        return FileStatus.Of(path) is not FileStatus { Kind: FileKind.File } output ? $"expected the result {key} that the journal names, got no such file"
            : bytes is not null && bytes != output.Length ? $"expected the result {key} of {bytes} bytes, got {output.Length}"
            : hash is not null && Hash(path) != hash ? $"expected the result {key} as the journal has its hash, got other content"
            : null;
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private sealed class Pending(string key, AtomicFile file, string hash, long bytes) : ResultFile(key)
    {
        public override (string Hash, long Bytes) Commit(FileStatus? input, ISet<string> folders)
        {
            file.Commit(folders);
            return (hash, bytes);
        }

        public override void Dispose() => file.Dispose();
    }
}
