using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SparseRefine.Persistence;

/// <summary>
/// What the file system knows of a file or folder, links followed and nothing opened, so that a named pipe or a device is told without waiting for it. Immutable.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of a file; of others whatever the file system says.</param>
/// <param name="Changed">When its content was changed, UTC.</param>
/// <param name="StatusChanged">When its content, rights, owner or names were changed, UTC; on Windows the same as <paramref name="Changed"/>.</param>
/// <param name="Device">The file system that it lies on; with <paramref name="Number"/> the identity of the file.</param>
/// <param name="Number">Its number there (inode); on Windows both are made of its path with links resolved.</param>
public readonly record struct FileStatus(FileKind Kind, long Length, DateTime Changed, DateTime StatusChanged, long Device, long Number)
{
    private const int TypeBits = 0xF000;

    /// <summary>Looks at a path.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <returns>What stands there; null where nothing does, where a link leads nowhere, and where a folder on the way may not be searched.</returns>
    public static FileStatus? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsWindows())
        {
            return OfInfo(path);
        }

        return path.Contains('\0') || Stat(path, out Native found) != 0 ? null : new FileStatus(
            (found.Mode & TypeBits) switch
            {
                0x8000 => FileKind.File,
                0x4000 => FileKind.Folder,
                0x1000 => FileKind.Pipe,
                0xC000 => FileKind.Socket,
                _ => FileKind.Device,
            },
            found.Size,
            Time(found.MTime, found.MTimeNanoseconds),
            Time(found.CTime, found.CTimeNanoseconds),
            found.Dev,
            found.Ino);
    }

    /// <summary>Whether two paths lead to the same file or folder, whatever links, mounts or names they go through.</summary>
    /// <param name="first">A path.</param>
    /// <param name="second">Another.</param>
    /// <returns>False also where nothing stands at one of them.</returns>
    public static bool AreSame(string first, string second) => Of(first) is FileStatus a && Of(second) is FileStatus b && a.IsSame(b);

    /// <summary>Whether this is the same file or folder as another, changed or not.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True for equal identities.</returns>
    public bool IsSame(FileStatus other) => Device == other.Device && Number == other.Number;

    /// <summary>Whether it is neither file nor folder, so that nothing may be written over it.</summary>
    internal bool IsSpecial => Kind is not (FileKind.File or FileKind.Folder);

    /// <summary>What it is, for messages.</summary>
    internal string Describe() => Kind == FileKind.Pipe ? "a named pipe" : $"a {Kind.ToString().ToLowerInvariant()}";

    private static DateTime Time(long seconds, long nanoseconds)
    {
        // A file system may hold times that .NET's do not reach.
        long bounded = Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTime.UnixEpoch.AddSeconds(bounded).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static FileStatus? OfInfo(string path)
    {
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            if (!info.Exists)
            {
                return null;
            }

            byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(info.FullName).ToUpperInvariant()));
            return new FileStatus(
                info is FileInfo ? FileKind.File : FileKind.Folder,
                (info as FileInfo)?.Length ?? 0,
                info.LastWriteTimeUtc,
                info.LastWriteTimeUtc,
                BinaryPrimitives.ReadInt64LittleEndian(name),
                BinaryPrimitives.ReadInt64LittleEndian(name.AsSpan(8)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The runtime's own call, which has one layout on every Unix, where the C library's differs by system, processor and version.
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out Native status);

    /// <summary>The runtime's FileStatus of .NET 10 (pal_io.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    [SuppressMessage("StyleCop.CSharp.DocumentationRules", "SA1600", Justification = "The names of the runtime's header.")]
    private readonly struct Native
    {
        public readonly int Flags;
        public readonly int Mode;
        public readonly uint Uid;
        public readonly uint Gid;
        public readonly long Size;
        public readonly long ATime;
        public readonly long ATimeNanoseconds;
        public readonly long MTime;
        public readonly long MTimeNanoseconds;
        public readonly long CTime;
        public readonly long CTimeNanoseconds;
        public readonly long BirthTime;
        public readonly long BirthTimeNanoseconds;
        public readonly long Dev;
        public readonly long RDev;
        public readonly long Ino;
        public readonly uint UserFlags;
        public readonly uint Padding;
    }
}
