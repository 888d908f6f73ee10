using System.Runtime.InteropServices;

namespace SparseRefine.Persistence;

/// <summary>
/// Makes renames within a folder survive a loss of power. .NET cannot open a folder to flush it, so this calls the C library; on Windows it does nothing, as NTFS keeps
/// renames in a journal of its own.
/// </summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder's entries to the disk. Some file systems cannot; that is no error.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">It is not there any more.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int file = Open(folder, ReadOnly);
        if (file < 0)
        {
            if (!Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException($"{folder}: expected a folder, got none; it was there before");
            }

            return;
        }

        _ = Synchronize(file);
        _ = Close(file);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int file);
}
