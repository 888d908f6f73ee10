using System.Runtime.InteropServices;
using Xunit;

namespace SparseRefine.Batch.Tests;

/// <summary>What .NET cannot make: named pipes, and files whose names are not UTF-8.</summary>
internal static class Unix
{
    /// <summary>Makes a named pipe.</summary>
    public static void MakePipe(string path) => Assert.Equal(0, MakePipe(path, 0x1B4));

    /// <summary>Makes an empty file of any name.</summary>
    /// <returns>Deletes it, which .NET cannot.</returns>
    public static IDisposable Write(string folder, byte[] name)
    {
        byte[] path = [.. System.Text.Encoding.UTF8.GetBytes(folder + "/"), .. name, 0];
        int file = Create(path, 0x1B4);
        Assert.True(file >= 0, "the file could not be made");
        _ = Close(file);
        return new Deleted(path);
    }

    private sealed class Deleted(byte[] path) : IDisposable
    {
        public void Dispose() => _ = Delete(path);
    }

    [DllImport("libc", EntryPoint = "unlink")]
    private static extern int Delete(byte[] path);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int file);
}
