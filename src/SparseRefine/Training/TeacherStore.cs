using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SparseRefine.Persistence;

namespace SparseRefine.Training;

/// <summary>
/// A folder of a teacher's answers, one file a photo, so that the teacher runs once on each, however often a fit is stopped and begun again. A file that cannot be read
/// counts as none. Files are written whole or not at all; several processes may share a folder.
/// </summary>
internal sealed class TeacherStore : IDisposable
{
    private static readonly ArchiveKind Kind = new("sparserefine-teacher", 1, "teacher's answer");
    private const long MostPacked = 48 << 20;
    private readonly bool _isTemporary;
    private string? _folder;

    /// <param name="folder">Where the files lie, made with the first of them; null: a folder for temporary files, which goes when the store is disposed of.</param>
    public TeacherStore(string? folder)
    {
        _folder = folder;
        _isTemporary = folder is null;
    }

    /// <summary>Takes an answer out of the folder, or makes it and puts it there.</summary>
    /// <param name="key">What tells this photo's answer of this teacher from all others: the name of a file.</param>
    /// <param name="make">Makes it.</param>
    /// <returns>The answer, and whether it was there.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public (TeacherMap Map, bool IsKept) Get(string key, Func<TeacherMap> make)
    {
        string path = Path.Combine(_folder ??= Directory.CreateTempSubdirectory("sparserefine-teacher-").FullName, key + ".teacher");
        if (TryRead(path) is TeacherMap kept)
        {
            return (kept, true);
        }

        TeacherMap made = make();
        try
        {
            AtomicFile.Write(path, stream => Write(made, stream));
            return (made, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException("WorkspacePath (--workspace)", "a folder to keep the teacher's answers in", $"{_folder} ({e.Message})", e);
        }
    }

    public void Dispose()
    {
        if (_isTemporary && _folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
            _folder = null;
        }
    }

    private static TeacherMap? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            ArchiveReader archive = ArchiveReader.Open(path, Kind);
            int Fact(string name) => (int)archive.Manifest[name]!;
            return new TeacherMap(
                Fact("classes"),
                Fact("height"),
                Fact("width"),
                archive.Bytes("first"),
                MemoryMarshal.Cast<byte, ulong>(archive.Bytes("unsure")).ToArray(),
                archive.Bytes("others"));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Write(TeacherMap map, Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var archive = new ArchiveWriter(zip);
        (byte[] first, ulong[] unsure, byte[] others) = map.Parts;

        // The reader takes an archive that unpacks to more than this and packs very well for a harmful one.
        CompressionLevel level = map.Bytes < MostPacked ? CompressionLevel.Fastest : CompressionLevel.NoCompression;
        archive.Add("first", first, level);
        archive.Add("unsure", MemoryMarshal.AsBytes<ulong>(unsure).ToArray(), level);
        archive.Add("others", others, level);
        archive.AddManifest(Kind, new JsonObject { ["classes"] = map.Classes, ["height"] = map.Height, ["width"] = map.Width });
    }
}
