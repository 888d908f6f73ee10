using System.Security.Cryptography;
using SparseRefine.Batch;
using SparseRefine.Persistence;

namespace SparseRefine.Cluster;

/// <summary>Copies of models on this machine, under their hashes.</summary>
internal static class ModelCache
{
    /// <summary>Fetches a job's model, unless it is there; its bytes are hashed in each case.</summary>
    /// <param name="store">The job's store.</param>
    /// <param name="hash">SHA-256 of the model.</param>
    /// <param name="scratch">Where copies lie.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InvalidInputException">No model in the store, or one of another hash.</exception>
    public static async Task<string> GetAsync(ObjectStore store, string hash, string scratch, CancellationToken cancellation)
    {
        string file = Path.Combine(Path.GetFullPath(scratch), "models", $"{hash}.sparserefine");
        if (File.Exists(file))
        {
            FileStream there = File.OpenRead(file);
            await using (there.ConfigureAwait(false))
            {
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(there, cancellation).ConfigureAwait(false)) == hash)
                {
                    return file;
                }
            }
        }

        string address = store.AddressOf(JobKeys.Model(hash));
        try
        {
            await using Stream content = await store.OpenAsync(JobKeys.Model(hash), cancellation).ConfigureAwait(false);
            using AtomicFile copy = AtomicFile.Create(file);
            await content.CopyToAsync(copy.Stream, cancellation).ConfigureAwait(false);
            copy.Stream.Position = 0;
            string got = Convert.ToHexStringLower(await SHA256.HashDataAsync(copy.Stream, cancellation).ConfigureAwait(false));
            if (got != hash)
            {
                throw new InvalidInputException(address, $"the model of hash {hash}", $"one of {got}");
            }

            copy.Commit();
            return file;
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(address, "the model that plan copied there", "none", e);
        }
    }
}
