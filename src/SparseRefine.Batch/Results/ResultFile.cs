using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>A result in the making. One thread at a time.</summary>
/// <param name="key">What the journal calls it.</param>
internal abstract class ResultFile(string key) : IDisposable
{
    /// <summary>What the journal calls it.</summary>
    public string Key => key;

    /// <summary>Puts it in its place.</summary>
    /// <param name="input">The photo's file as it was when it was read; null where that is not known.</param>
    /// <param name="folders">Takes the folders to flush before the result is durable.</param>
    /// <returns>SHA-256 and length of what stands there now.</returns>
    public abstract (string Hash, long Bytes) Commit(FileStatus? input, ISet<string> folders);

    /// <summary>Takes back what was not committed.</summary>
    public abstract void Dispose();
}
