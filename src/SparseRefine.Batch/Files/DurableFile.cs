using System.Security.Cryptography;

namespace SparseRefine.Batch;

/// <summary>Puts files in place so that a name never stands for half a file, whatever stops the process.</summary>
internal static class DurableFile
{
    /// <summary>Writes bytes to a temporary file and flushes them to the disk.</summary>
    /// <param name="path">The temporary file.</param>
    /// <param name="bytes">The content.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a file that someone else wrote.</summary>
    /// <param name="path">The temporary file.</param>
    /// <returns>SHA-256 of its bytes, lower-case hexadecimal.</returns>
    public static string Flush(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        string hash = Convert.ToHexStringLower(SHA256.HashData(file));
        file.Flush(flushToDisk: true);
        return hash;
    }

    /// <summary>Renames a flushed file into a folder below the output folder, made where it is missing.</summary>
    /// <param name="temporary">The file.</param>
    /// <param name="target">Its name; replaced.</param>
    /// <param name="root">The output folder.</param>
    /// <param name="changed">Takes the folders whose entries are to be flushed before the file is durable.</param>
    public static void Publish(string temporary, string target, string root, ISet<string> changed)
    {
        string folder = Path.GetDirectoryName(target)!;
        for (string at = folder; !Directory.Exists(at) && at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            changed.Add(Path.GetDirectoryName(at)!);
        }

        Directory.CreateDirectory(folder);
        File.Move(temporary, target, overwrite: true);
        changed.Add(folder);
    }
}
