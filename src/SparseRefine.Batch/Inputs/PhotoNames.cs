using System.Text;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Ids of photos, and the names of their results.</summary>
internal static class PhotoNames
{
    // What file systems and Linux allow, in bytes.
    private const int LongestName = 255;
    private const int LongestPath = 4095;

    // What stores allow, of which container and bucket are no part: a little less.
    private const int LongestAddress = 1024;

    private static readonly int LongestSuffix = ".overlay.png".Length;

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
        bool isBad = parts.Any(part => part is "" or "." or ".." || part.Contains('\0'))
            || Path.IsPathRooted(item.Id) || parts[0].StartsWith(JobFiles, StringComparison.Ordinal) || Stem(item.Id).EndsWith('/')
            || (OperatingSystem.IsWindows() && item.Id.AsSpan().ContainsAny(":\\*?\"<>|"));
        if (isBad)
        {
            throw new InvalidInputException(
                item.Path, "an id that names a file below the output folder, as street/0001.jpg", $"'{item.Id}'");
        }
    }

    /// <summary>A photo of a list by the name that its file has: accents may stand apart from their letters in one of both only, as names that went through macOS do.</summary>
    /// <param name="item">A photo; its id stays.</param>
    /// <returns>The photo, under the other spelling where only that is there.</returns>
    public static WorkItem Spelled(WorkItem item) => Ascii.IsValid(item.Path) || File.Exists(item.Path)
        || Array.Find([NameForm.Composed(item.Path), NameForm.Decomposed(item.Path)], File.Exists) is not string found ? item : item with { Path = found };

    /// <summary>What is wrong with the names of one photo, which fails then without harm to the others.</summary>
    /// <param name="item">A photo whose id was checked.</param>
    /// <param name="output">The output folder, full path.</param>
    /// <returns>The photo, with its problem where it has one.</returns>
    public static WorkItem Examined(WorkItem item, string output)
    {
        if (item.Problem is not null)
        {
            return item;
        }

        // .NET puts U+FFFD where a name is not UTF-8; no call reaches such a file.
        if (item.Path.Contains('\uFFFD', StringComparison.Ordinal) && FileStatus.Of(item.Path) is null)
        {
            return Wrong("a name in UTF-8", "one with other bytes, for which � stands; rename the file", FailureReason.Unreadable);
        }

        int longest = item.Id.Split('/').Max(Encoding.UTF8.GetByteCount);
        int length = Encoding.UTF8.GetByteCount(output) + 1 + Encoding.UTF8.GetByteCount(item.Id) + LongestSuffix;
        return longest > LongestName - LongestSuffix ? Wrong($"a name of at most {LongestName - LongestSuffix} bytes, which leaves room for .overlay.png", $"{longest}")
            : length > LongestAddress && StoreAddress.IsAddress(output) ? Wrong($"an address of results of at most {LongestAddress} bytes", $"{length}")
            : length > LongestPath && !OperatingSystem.IsWindows() ? Wrong($"a path of results of at most {LongestPath} bytes", $"{length}")
            : item;

        WorkItem Wrong(string expected, string got, FailureReason reason = FailureReason.Refused) =>
            item with { Problem = $"{item.Path}: expected {expected}, got {got}", Reason = reason };
    }
}
