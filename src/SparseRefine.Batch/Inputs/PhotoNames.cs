using System.Text;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>Ids of photos, and the names of their results.</summary>
internal static class PhotoNames
{
    private const int LongestName = 255;

    /// <summary>What the temporary files and the journals of jobs begin with.</summary>
    private const string JobFiles = ".journal";

    /// <summary>The id without the extension of a photo: what output names begin with.</summary>
    public static string Stem(string id)
    {
        string extension = Path.GetExtension(id);
        return PhotoProbe.Extensions.Contains(extension) ? id[..^extension.Length] : id;
    }

    /// <summary>Refuses ids that would write outside the output folder or not be a name at all.</summary>
    /// <exception cref="InvalidInputException">Such an id.</exception>
    public static void Check(WorkItem item)
    {
        string[] parts = item.Id.Split('/');
        bool isBad = parts.Any(part => part is "" or "." or ".." || part.Contains('\0') || Encoding.UTF8.GetByteCount(part) > LongestName - ".overlay.png".Length)
            || Path.IsPathRooted(item.Id) || parts[0].StartsWith(JobFiles, StringComparison.Ordinal) || Stem(item.Id).EndsWith('/')
            || (OperatingSystem.IsWindows() && item.Id.AsSpan().ContainsAny(":\\*?\"<>|"));
        if (isBad)
        {
            throw new InvalidInputException(
                item.Path, "an id that names a file below the output folder, as street/0001.jpg", $"'{item.Id}'");
        }
    }
}
