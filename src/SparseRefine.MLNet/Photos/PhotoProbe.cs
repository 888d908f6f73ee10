using System.Buffers;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>
/// Tells a photo's size and checks that its file is whole, without decoding it: a bad last file must stop a run before the first one is scored,
/// and a service must know how many pixels a few kilobytes will become before it takes memory for them. Thread-safe.
/// </summary>
public static class PhotoProbe
{
    /// <summary>Pixels that a photo may have unless told otherwise: 2^27, one of 16384 x 8192.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    // 22 bytes a pixel were measured at the peak of scoring one photo of 132 megapixels with the sample pipeline, 52 before; models of more classes take more.
    private const long ScoringBytes = 64;

    private static readonly HashSet<string> Known = new([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// <see cref="DefaultMaxPixels"/>, or fewer where the memory that this process may take, such as a container's, does not hold what scoring one photo of that size takes, at
    /// 64 bytes a pixel: one line that refuses a photo is better than a process that is killed over it.
    /// </summary>
    public static long AffordablePixels => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ScoringBytes, 1, DefaultMaxPixels);

    /// <summary>Extensions by which photos are found in folders.</summary>
    public static IReadOnlySet<string> Extensions => Known;

    /// <summary>Whether a file's name is that of a photo: one of the extensions, and no hidden file.</summary>
    /// <param name="fileName">The name without its folder.</param>
    /// <returns>True where folders that are searched for photos give this file.</returns>
    public static bool IsPhoto(ReadOnlySpan<char> fileName) =>
        !fileName.StartsWith('.') && Known.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(fileName));

    /// <summary>Checks one photo file: JPEG, PNG, WebP, BMP or TIFF.</summary>
    /// <param name="path">The file; read as a whole.</param>
    /// <param name="maxPixels">Larger photos are refused; at least 1. No photo of more than 2^29 - 1 pixels is ever taken.</param>
    /// <param name="remark">As for <see cref="PhotoReader.Read"/>.</param>
    /// <returns>Its size, from 1x1 to the allowed number of pixels.</returns>
    /// <exception cref="InvalidInputException">Missing, empty, truncated, larger than allowed, or not such a photo.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static PhotoSize Read(string path, long maxPixels = DefaultMaxPixels, Action<string>? remark = null) =>
        Use(path, PhotoCodec.Kinds, bytes => Read(bytes, path, maxPixels, remark));

    /// <summary>Checks the bytes of one photo file.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="maxPixels">Larger photos are refused; at least 1. No photo of more than 2^29 - 1 pixels is ever taken.</param>
    /// <param name="remark">As for <see cref="PhotoReader.Read"/>.</param>
    /// <returns>Its size, from 1x1 to the allowed number of pixels.</returns>
    /// <exception cref="InvalidInputException">
    /// Empty, truncated, larger than allowed, a JPEG of so many scans that decoding it would take as long as a larger photo, or not such a photo.
    /// </exception>
    public static PhotoSize Read(ReadOnlyMemory<byte> bytes, string name, long maxPixels = DefaultMaxPixels, Action<string>? remark = null)
    {
        using PhotoCodec photo = PhotoCodec.Open(bytes, name, maxPixels);
        photo.Remark(remark);
        return photo.Size;
    }

    /// <summary>Refuses what is no file with content of its own, before it is opened: opening a named pipe waits for a writer, and a device may never end.</summary>
    /// <param name="path">A photo.</param>
    /// <exception cref="InvalidInputException">A folder, named pipe, socket or device.</exception>
    public static void ThrowUnlessFile(string path)
    {
        if (FileStatus.Of(path) is FileStatus { Kind: not FileKind.File } other)
        {
            throw new InvalidInputException(path, "a photo file", other.Describe())
            {
                Fault = InputFault.OtherKind,
            };
        }
    }

    /// <summary>Reads a photo file, once and into memory that the next photo takes again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">What messages expect of the file.</param>
    /// <param name="use">Gets the whole file, for the time of the call.</param>
    /// <returns>What <paramref name="use"/> makes.</returns>
    /// <exception cref="InvalidInputException">No such file, or one that no photo can be.</exception>
    internal static T Use<T>(string path, string kinds, Func<ReadOnlyMemory<byte>, T> use)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            bool isFolder = Directory.Exists(path);
            throw new InvalidInputException(path, kinds, isFolder ? "a folder" : "no such file") { Fault = isFolder ? InputFault.OtherKind : InputFault.Missing };
        }

        ThrowUnlessFile(path);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        long length = file.Length;
        if (length > Array.MaxLength)
        {
            throw new InvalidInputException(path, $"a file of at most {Array.MaxLength} bytes", $"{length}") { Fault = InputFault.TooLarge };
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            int read = file.ReadAtLeast(buffer.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
            return use(buffer.AsMemory(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
