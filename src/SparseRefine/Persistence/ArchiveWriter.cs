using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparseRefine.Persistence;

/// <summary>
/// The zip under a model file or checkpoint while it is written: entries, and at last the manifest with length and SHA-256 of each, whose own SHA-256 is the
/// zip's comment. <see cref="ArchiveReader"/> reads it.
/// </summary>
internal sealed class ArchiveWriter(ZipArchive zip)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly JsonObject _hashes = [];

    public void Add(string entry, byte[] bytes, CompressionLevel compression = CompressionLevel.Fastest)
    {
        Write(entry, bytes, compression);
        _hashes[entry] = new JsonObject
        {
            ["bytes"] = bytes.LongLength,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    /// <summary>Ends the archive.</summary>
    /// <param name="kind">Gives format and version.</param>
    /// <param name="facts">What else the manifest says, between the version and the entries.</param>
    public void AddManifest(ArchiveKind kind, JsonObject facts)
    {
        var manifest = new JsonObject { ["format"] = kind.Format, ["version"] = kind.Version };
        foreach ((string name, JsonNode? fact) in facts.ToList())
        {
            facts.Remove(name);
            manifest[name] = fact;
        }

        manifest["entries"] = _hashes;
        byte[] bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString(Indented));
        Write(ArchiveReader.ManifestName, bytes, CompressionLevel.Fastest);
        zip.Comment = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private void Write(string entry, byte[] bytes, CompressionLevel compression)
    {
        ZipArchiveEntry created = zip.CreateEntry(entry, compression);

        // A fixed time makes equal contents equal files.
        created.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream stream = created.Open();
        stream.Write(bytes);
    }
}
