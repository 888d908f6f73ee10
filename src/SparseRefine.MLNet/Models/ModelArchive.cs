using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SparseRefine.MLNet;

/// <summary>The zip under a model file while it is written; keeps a hash of every entry.</summary>
internal sealed class ModelArchive(ZipArchive zip)
{
    /// <summary>Length and SHA-256 of each entry, for the manifest.</summary>
    public JsonObject Hashes { get; } = [];

    public void Add(string entry, byte[] bytes)
    {
        Write(entry, bytes);
        Hashes[entry] = new JsonObject
        {
            ["bytes"] = bytes.LongLength,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    public void AddManifest(JsonObject manifest)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString(ModelFormat.Indented));
        Write(ModelFormat.Manifest, bytes);
        zip.Comment = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private void Write(string entry, byte[] bytes)
    {
        ZipArchiveEntry created = zip.CreateEntry(entry, CompressionLevel.Fastest);

        // A fixed time makes equal models equal files.
        created.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream stream = created.Open();
        stream.Write(bytes);
    }
}
