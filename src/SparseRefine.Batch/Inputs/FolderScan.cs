using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Finds photos in folders, one at a time: a folder of a million files takes no memory.</summary>
internal static class FolderScan
{
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = 0,
    };

    /// <summary>The photos of a folder and its subfolders, in the file system's order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="except">The output folder, whose photos are none of the input.</param>
    /// <returns>The photos, ids relative to the folder; a subfolder that cannot be listed is among them, with its problem.</returns>
    public static IEnumerable<WorkItem> Photos(string folder, string except) =>
        Files(folder, except, (ref FileSystemEntry entry) => PhotoProbe.IsPhoto(entry.FileName));

    /// <summary>Whether a word is a pattern and no file.</summary>
    public static bool IsPattern(string word) => word.AsSpan().ContainsAny('*', '?') && !Path.Exists(word);

    /// <summary>The files that a pattern fits.</summary>
    /// <param name="pattern">A path with *, ? and **.</param>
    /// <param name="except">The output folder.</param>
    /// <returns>The photos, ids relative to the part before the first wildcard's folder.</returns>
    public static IEnumerable<WorkItem> Matching(string pattern, string except)
    {
        string[] parts = pattern.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\').Split('/');
        int first = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        string folder = string.Join('/', parts[..first]);
        folder = folder.Length > 0 ? folder : first > 0 ? "/" : ".";
        Regex regex = Translate(parts[first..]);
        return Directory.Exists(folder) ? Files(folder, except, null).Where(item => item.Problem is not null || regex.IsMatch(item.Id)) : [];
    }

    private static IEnumerable<WorkItem> Files(string folder, string except, FileSystemEnumerable<WorkItem>.FindPredicate? isWanted)
    {
        FileStatus? left = FileStatus.Of(except);
        Queue<WorkItem> unlisted = new();
        string root = Path.GetFullPath(folder);
        int prefix = Path.EndsInDirectorySeparator(root) ? root.Length : root.Length + 1;
        if (Unlistable(root) is string reason)
        {
            throw new InvalidInputException(folder, "a folder that can be listed", reason);
        }

        FileSystemEnumerable<WorkItem> files = new(
            root,
            (ref FileSystemEntry entry) =>
            {
                string path = entry.ToFullPath();
                return new WorkItem(path[prefix..].Replace(Path.DirectorySeparatorChar, '/'), path);
            },
            Options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && !entry.FileName.StartsWith('.') && (isWanted is null || isWanted(ref entry)),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.FileName.StartsWith('.') && (entry.Attributes & FileAttributes.ReparsePoint) == 0 && IsListed(entry.ToFullPath()),
        };
        foreach (WorkItem file in files)
        {
            yield return file;
        }

        foreach (WorkItem folderItem in unlisted)
        {
            yield return folderItem;
        }

        bool IsListed(string path)
        {
            if (left is FileStatus output && FileStatus.Of(path) is FileStatus found && found.IsSame(output))
            {
                return false;
            }

            if (Unlistable(path) is not string problem)
            {
                return true;
            }

            unlisted.Enqueue(new WorkItem(
                path[prefix..].Replace(Path.DirectorySeparatorChar, '/'), path, $"{path}: expected a folder that can be listed, got {problem}", FailureReason.Unreadable));
            return false;
        }
    }

    // Opens a folder, as .NET's enumeration tells what it could not list to nobody.
    private static string? Unlistable(string folder)
    {
        try
        {
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return FileStatus.Of(folder) is null && folder.Contains('\uFFFD', StringComparison.Ordinal) ? "one whose name is not UTF-8" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OneLine.Of(e.Message);
        }
    }

    // Matched without backtracking, in a time that grows with the lengths of pattern and path alone, however many wildcards there are.
    internal static Regex Translate(string[] parts)
    {
        StringBuilder text = new("^");
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] == "**")
            {
                // Several in a row say the same as one.
                if (i > 0 && parts[i - 1] == "**" && i + 1 < parts.Length)
                {
                    continue;
                }

                text.Append(i + 1 == parts.Length ? ".*" : "(?:[^/]+/)*");
                continue;
            }

            text.Append(Regex.Escape(parts[i]).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal));
            text.Append(i + 1 == parts.Length ? "" : "/");
        }

        return new Regex(text.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
