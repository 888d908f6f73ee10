using System.Text.RegularExpressions;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>Finds photos in stores, one page of a listing at a time: a listing of ten million objects takes no memory.</summary>
internal static class StoreScan
{
    /// <summary>The photos below a prefix. Hidden ones, and those among the results of the job, are left out, as in folders.</summary>
    /// <param name="files">Opens the container.</param>
    /// <param name="address">The prefix.</param>
    /// <param name="except">The job's output, whose photos are none of the input.</param>
    /// <returns>The photos, ids relative to the prefix; an object whose key can be no id is among them, with its problem.</returns>
    public static IEnumerable<(WorkItem Item, StoredObject Found)> Photos(JobFiles files, StoreAddress address, string except)
    {
        string prefix = address.Prefix.Length == 0 ? string.Empty : address.Prefix + "/";
        string output = except + "/";
        foreach (StoredObject found in files.ContainerOf(address).ListAsync(prefix).ToBlockingEnumerable())
        {
            string id = found.Key[prefix.Length..];
            if (!PhotoProbe.IsPhoto(id.AsSpan(id.LastIndexOf('/') + 1)) || id.StartsWith('.') || id.Contains("/.", StringComparison.Ordinal))
            {
                continue;
            }

            string path = $"{address.Container}/{found.Key}";
            if (!path.StartsWith(output, StringComparison.Ordinal))
            {
                yield return (
                    ObjectStore.IsKey(found.Key) && ObjectStore.IsKey(id) ? new WorkItem(id, path) : new WorkItem(
                        id, path, $"{OneLine.Of(path)}: expected a key without empty parts, . and .., \\ and control characters, got another; rename the object"),
                    found);
            }
        }
    }

    /// <summary>The objects that a pattern fits.</summary>
    /// <param name="files">Opens the container.</param>
    /// <param name="pattern">An address with *, ? and **.</param>
    /// <param name="except">The job's output.</param>
    /// <returns>The photos, ids relative to the part before the first wildcard's folder.</returns>
    public static IEnumerable<WorkItem> Matching(JobFiles files, StoreAddress pattern, string except)
    {
        string[] parts = pattern.Prefix.Split('/');
        int first = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        Regex regex = FolderScan.Translate(parts[first..]);
        StoreAddress folder = StoreAddress.Parse(string.Join('/', [pattern.Container, .. parts[..first]]));
        return Photos(files, folder, except).Select(photo => photo.Item).Where(item => item.Problem is not null || regex.IsMatch(item.Id));
    }
}
