using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Finds out whether a store takes objects, before there is work that would be lost if it did not.</summary>
internal static class StoreTrial
{
    /// <summary>Puts an empty object and deletes it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>True.</returns>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async Task<bool> RunAsync(ObjectStore store, CancellationToken cancellation)
    {
        string key = $"trial-{Guid.NewGuid():N}";
        await store.PutAsync(key, new MemoryStream(), replace: true, cancellation).ConfigureAwait(false);
        await store.DeleteAsync(key, cancellation).ConfigureAwait(false);
        return true;
    }
}
