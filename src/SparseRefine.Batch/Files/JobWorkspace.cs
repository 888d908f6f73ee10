using System.Security.Cryptography;
using System.Text;

namespace SparseRefine.Batch;

/// <summary>Where jobs whose results go to a store keep what they need while they run.</summary>
internal static class JobWorkspace
{
    /// <summary>The folder for a slice in a store: always the same one, so that the next job clears away what a killed one left, and learns which photos it was killed over.</summary>
    /// <param name="address">The store's address.</param>
    /// <param name="shard">The slice; null for all photos.</param>
    /// <returns>A folder of this user's; where the user has none, a new temporary one.</returns>
    public static string Of(string address, Shard? shard)
    {
        string own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        try
        {
            string jobs = Path.Combine(own, "sparserefine", "jobs");
            if (own.Length > 0)
            {
                Directory.CreateDirectory(jobs);
                return Path.Combine(jobs, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{address} {shard}")))[..16]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A user without a home that can be written to, as in containers.
        }

        return Directory.CreateTempSubdirectory("sparserefine-job-").FullName;
    }
}
