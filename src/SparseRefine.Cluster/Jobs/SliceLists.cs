using System.Security.Cryptography;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Reads the lists of slices.</summary>
internal static class SliceLists
{
    /// <summary>Reads a list.</summary>
    /// <param name="store">The job's store.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="hash">Its SHA-256; null where that is not known.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The list's bytes.</returns>
    /// <exception cref="InvalidInputException">No list, one that is too long, or of another hash.</exception>
    public static async Task<byte[]> ReadAsync(ObjectStore store, Shard slice, string? hash, CancellationToken cancellation)
    {
        string address = store.AddressOf(JobKeys.List(slice));
        try
        {
            byte[] list = await StoredText.ReadAsync(store, JobKeys.List(slice), PhotoSlices.MostListBytes + (1 << 16), cancellation).ConfigureAwait(false);
            string got = Convert.ToHexStringLower(SHA256.HashData(list));
            return hash is null || got == hash ? list : throw new InvalidInputException(address, $"the list of hash {hash} that plan wrote", $"one of {got}");
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(address, "the list that plan wrote", "none", e);
        }
    }
}
