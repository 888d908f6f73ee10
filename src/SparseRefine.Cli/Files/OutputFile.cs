namespace SparseRefine.Cli.Files;

/// <summary>Writes files so that a name never stands for half a file: to a temporary name beside it, then renamed.</summary>
internal static class OutputFile
{
    /// <summary>Makes <paramref name="path"/>, with its folder where that is missing; an existing file is replaced.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="write">
    /// Writes the file of the name it gets, which ends in the same extension, for writers that choose a format by it.
    /// When it throws, nothing stays behind.
    /// </param>
    public static void Write(string path, Action<string> write)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(
            folder, $".{Path.GetFileNameWithoutExtension(full)}.{Guid.NewGuid():N}{Path.GetExtension(full)}");
        try
        {
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Refuses a file name that cannot become a file, before any work is done for it.</summary>
    /// <param name="path">The file to make later.</param>
    /// <param name="option">The option it came from.</param>
    public static void CheckFile(string path, string option)
    {
        if (Directory.Exists(path) || Path.GetFileName(path).Length == 0)
        {
            throw new InvalidInputException($"{option}: expected a file name, got the folder {path}");
        }

        CheckFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, option);
    }

    /// <summary>Refuses a folder name that is taken by a file, or whose parents are.</summary>
    /// <param name="path">The folder to make later.</param>
    /// <param name="option">The option it came from.</param>
    public static void CheckFolder(string path, string option)
    {
        for (string? part = Path.GetFullPath(path); part is not null && !Directory.Exists(part); part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new InvalidInputException($"{option}: expected a folder, got the file {part}");
            }
        }
    }
}
