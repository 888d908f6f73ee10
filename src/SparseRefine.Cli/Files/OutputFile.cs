namespace SparseRefine.Cli.Files;

/// <summary>Checks names of files and folders that a command will write.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a file name that cannot become a file, before any work is done for it.</summary>
    /// <param name="path">The file to make later.</param>
    /// <param name="option">The option it came from.</param>
    public static void CheckFile(string path, string option)
    {
        if (Directory.Exists(path) || Path.GetFileName(path).Length == 0)
        {
            throw new InvalidInputException(option, "a file name", $"the folder {path}");
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
                throw new InvalidInputException(option, "a folder", $"the file {part}");
            }
        }
    }
}
