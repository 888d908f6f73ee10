using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparseRefine.Persistence;

/// <summary>
/// A model file or checkpoint opened for reading: the archive's names, the manifest and every entry's length and hash are checked
/// before anything of it is used. Errors name the file.
/// </summary>
internal sealed class ArchiveReader
{
    /// <summary>The entry that lists all others.</summary>
    public const string ManifestName = "manifest.json";

    // A foreign zip must not fill the memory.
    private const int MaxManifestBytes = 16 << 20;

    // Unpacked, a file's entries are at most this many times its length, or the floor if that is more. Weights hardly pack, so real files stay far below; a
    // file made to fill the memory does not.
    private const int MaxRatio = 100;
    private const long FreeBytes = 64 << 20;

    private readonly Dictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    private readonly long _most;
    private long _unpacked;

    private ArchiveReader(string file, JsonObject manifest, long most, long unpacked)
    {
        File = file;
        Manifest = manifest;
        _most = most;
        _unpacked = unpacked;
    }

    public string File { get; }

    public JsonObject Manifest { get; }

    public IEnumerable<(string Name, long Bytes)> Sizes => _entries.Select(entry => (entry.Key, entry.Value.LongLength));

    public static ArchiveReader Open(string path, ArchiveKind kind) => Open(new MemoryStream(ReadFile(path, kind), writable: false), path, kind);

    /// <summary>The bytes of a file.</summary>
    public static byte[] ReadFile(string path, ArchiveKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, $"a {kind.Noun}", "no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"a readable {kind.Noun}", Directory.Exists(path) ? "a folder" : FirstLine(e), e);
        }
    }

    public static ArchiveReader Open(Stream stream, string file, ArchiveKind kind)
    {
        try
        {
            Stream seekable = stream;
            if (!stream.CanSeek)
            {
                seekable = new MemoryStream();
                stream.CopyTo(seekable);
                seekable.Position = 0;
            }

            using var zip = new ZipArchive(seekable, ZipArchiveMode.Read, leaveOpen: true);
            return Read(zip, file, seekable.Length, kind);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidInputException(
                file, $"a {kind.Noun} of SparseRefine", $"a broken or foreign file ({FirstLine(e)})", e);
        }
    }

    public byte[] Bytes(string entry) => _entries.TryGetValue(entry, out byte[]? bytes)
        ? bytes
        : throw Invalid($"an entry '{entry}'", "none");

    /// <summary>The content of an entry in a zip within this archive; all that is unpacked counts towards one limit, as inflated and not as headers tell.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidInputException">More than the limit, or than its header says; or a broken entry.</exception>
    public byte[] Unpack(ZipArchiveEntry entry, string name)
    {
        if (entry.Length > _most - _unpacked)
        {
            throw Invalid($"entries of at most {_most} bytes, those of zips within it too", $"'{name}' of {entry.Length}");
        }

        try
        {
            using Stream stream = entry.Open();
            byte[] content = new byte[entry.Length];
            stream.ReadExactly(content);
            if (stream.ReadByte() >= 0)
            {
                throw Invalid($"'{name}' of {entry.Length} bytes", "more");
            }

            _unpacked += content.Length;
            return content;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Invalid($"'{name}' of {entry.Length} bytes", $"a broken entry ({FirstLine(e)})", e);
        }
    }

    public InvalidInputException Invalid(string expected, string got, Exception? cause = null) =>
        new(File, expected, got, cause);

    public static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim();

    private static ArchiveReader Read(ZipArchive zip, string file, long fileBytes, ArchiveKind kind)
    {
        long most = Math.Max(FreeBytes, fileBytes * MaxRatio);
        Int128 unpacked = 0;
        var found = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (Escapes(entry.FullName))
            {
                throw new InvalidInputException(
                    file, "entries within the archive", $"'{entry.FullName}'");
            }

            unpacked += entry.Length;
            if (unpacked > most)
            {
                throw new InvalidInputException(
                    file, $"entries of at most {most} bytes in a file of {fileBytes}", $"{entry.FullName} of {entry.Length}");
            }

            if (!found.TryAdd(entry.FullName, entry))
            {
                throw new InvalidInputException(file, "each entry once", $"'{entry.FullName}' twice");
            }
        }

        if (!found.Remove(ManifestName, out ZipArchiveEntry? manifest))
        {
            throw new InvalidInputException(
                file, $"a {kind.Noun} of SparseRefine", $"a zip without {ManifestName}");
        }

        var entries = new ArchiveReader(file, ParseManifest(manifest, zip.Comment, file, kind), most, (long)unpacked);
        entries.ReadAll(found);
        return entries;
    }

    private static bool Escapes(string name) =>
        name.Length == 0 || name.Contains('\\') || name.Contains(':') || name[0] == '/' || name.Split('/').Contains("..");

    private static JsonObject ParseManifest(ZipArchiveEntry entry, string comment, string file, ArchiveKind kind)
    {
        if (entry.Length > MaxManifestBytes)
        {
            throw new InvalidInputException(
                file, $"{ManifestName} of at most {MaxManifestBytes} bytes", $"{entry.Length}");
        }

        JsonObject? manifest;
        string? format;
        int version;
        try
        {
            byte[] bytes = Content(entry);
            string actual = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (comment.Length > 0 && comment != actual)
            {
                throw new InvalidInputException(
                    file, $"{ManifestName} with SHA-256 {comment}", actual);
            }

            manifest = JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            format = (string?)manifest?["format"];
            version = (int?)manifest?["version"] ?? 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException and not InvalidInputException)
        {
            throw new InvalidInputException(file, $"a readable {ManifestName}", FirstLine(e), e);
        }

        if (format != kind.Format)
        {
            throw new InvalidInputException(
                file, $"format '{kind.Format}' in {ManifestName}", $"'{format}'");
        }

        if (version < 1 || version > kind.Version)
        {
            string hint = version > kind.Version ? "; it was written by a newer SparseRefine" : "";
            throw new InvalidInputException(file, $"format version 1 to {kind.Version}", $"{version}{hint}");
        }

        return version < kind.FirstHashed || comment.Length > 0
            ? manifest!
            : throw new InvalidInputException(file, $"the SHA-256 of {ManifestName} as the archive's comment", "none");
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        byte[] content = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    private void ReadAll(Dictionary<string, ZipArchiveEntry> found)
    {
        if (Manifest["entries"] is not JsonObject hashes)
        {
            throw Invalid($"a list of entries in {ManifestName}", "none");
        }

        foreach ((string name, JsonNode? node) in hashes)
        {
            if (!found.Remove(name, out ZipArchiveEntry? entry))
            {
                throw Invalid($"an entry '{name}'", "none");
            }

            if (node is not JsonObject facts || facts["bytes"] is not JsonValue size || !size.TryGetValue(out long bytes)
                || facts["sha256"] is not JsonValue hash || !hash.TryGetValue(out string? sha256))
            {
                throw Invalid($"length and hash of '{name}' in {ManifestName}", "none");
            }

            if (entry.Length != bytes || bytes > Array.MaxLength)
            {
                throw Invalid($"'{name}' of {bytes} bytes", $"{entry.Length}");
            }

            byte[] content = Content(entry);
            string actual = Convert.ToHexStringLower(SHA256.HashData(content));
            if (actual != sha256)
            {
                throw Invalid($"'{name}' with SHA-256 {sha256}", actual);
            }

            _entries.Add(name, content);
        }

        if (found.Count > 0)
        {
            throw Invalid($"only entries of {ManifestName}", $"'{found.Keys.First()}'");
        }
    }
}
