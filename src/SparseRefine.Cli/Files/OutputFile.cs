using System.Text;
using SparseRefine.Persistence;

namespace SparseRefine.Cli.Files;

/// <summary>Tries whether files and folders that a command will write can be written, before any work is done for them. Nothing of the trial stays.</summary>
internal static class OutputFile
{
    // Of Linux's and macOS's file systems, in bytes; Windows counts 255 UTF-16 units, which are no fewer characters.
    private const int MaxNameBytes = 255;

    private const string Trial = ".sparserefine-trial.tmp";

    /// <summary>Refuses a file that cannot be written.</summary>
    /// <param name="path">The file to make later.</param>
    /// <param name="option">The option it came from.</param>
    /// <param name="inputs">Files that the command reads, null where one was not given: writing over one would lose it.</param>
    /// <exception cref="InvalidInputException">The name of a folder, a pipe, a socket or a device, one of the inputs, or a place where no file can be made.</exception>
    public static void CheckFile(string path, string option, params ReadOnlySpan<string?> inputs)
    {
        foreach (string? input in inputs)
        {
            if (input is not null && FileStatus.AreSame(path, input))
            {
                throw new InvalidInputException(option, "a file that the command does not read", path);
            }
        }

        if (Directory.Exists(path) || Path.GetFileName(path).Length == 0)
        {
            throw new InvalidInputException(option, "a file name", $"the folder {path}");
        }

        if (FileStatus.Of(path) is { Kind: not FileKind.File })
        {
            throw new InvalidInputException(option, "a file name", $"the pipe, socket or device {path}");
        }

        CheckName(path, option);
        CheckFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, option);
    }

    /// <summary>Refuses a folder that cannot be written to, or made.</summary>
    /// <param name="path">The folder to make later.</param>
    /// <param name="option">The option it came from.</param>
    /// <exception cref="InvalidInputException">The folder or one above it is a file, or no file can be made in it.</exception>
    public static void CheckFolder(string path, string option)
    {
        string at = Path.GetFullPath(path);
        for (; !Directory.Exists(at) && Path.GetDirectoryName(at) is string above; at = above)
        {
            CheckName(at, option);
            if (File.Exists(at))
            {
                throw new InvalidInputException(option, "a folder", $"the file {at}");
            }
        }

        // Folders that are missing can be made where a file can. The name is always the same one, so that the next run takes away what a killed one left;
        // a link of that name is deleted and not followed.
        string trial = Path.Combine(at, Trial);
        try
        {
            File.Delete(trial);
            Make(trial);
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(option, "a place that can be written to", $"{path} ({e.Message})", e);
        }
    }

    private static void Make(string trial)
    {
        try
        {
            new FileStream(trial, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (File.Exists(trial))
        {
            // Another process, as that of another slice, made its own since the deletion: files can be made here.
        }
    }

    private static void CheckName(string path, string option)
    {
        int bytes = Encoding.UTF8.GetByteCount(Path.GetFileName(path));
        if (bytes > MaxNameBytes)
        {
            throw new InvalidInputException(option, $"names of at most {MaxNameBytes} bytes", $"one of {bytes}: {path}");
        }
    }
}
