using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SparseRefine.Faults;

/// <summary>
/// Harm to model files by someone who knows the format: whatever is changed, lengths and hashes are made to fit again, so that it reaches
/// the code behind them; and archives with escaping, doubled, lying and exploding entries.
/// </summary>
internal static class ModelFileMutator
{
    private const string Manifest = "manifest.json";
    private static readonly string[] Escapes = ["../evil", "/etc/evil", "a/../../evil", "C:\\evil", "..\\evil", "parts/../../x", ""];

    /// <summary>Harms a model file.</summary>
    public static byte[] Mutate(byte[] whole, Random random)
    {
        List<(string Name, byte[] Bytes)> entries = Read(whole);
        int victim = random.Next(entries.Count);
        string manifest = Encoding.UTF8.GetString(entries.Single(e => e.Name == Manifest).Bytes);
        switch (random.Next(10))
        {
            case 0:
                return ByteMutator.Mutate(whole, random);
            case 1 or 2 or 3:
                return Write(entries, JsonMutator.Mutate(manifest, random));
            case 4 or 5 or 6:
                entries[victim] = (entries[victim].Name, Harm(entries[victim], random));
                return Write(entries, random.Next(6) == 0 ? manifest : Rehash(entries, manifest));
            case 7:
                entries.Add((Escapes[random.Next(Escapes.Length - 1)], [1, 2, 3]));
                return Write(entries, random.Next(2) == 0 ? manifest : Rehash(entries, manifest));
            case 8:
                entries.Add(random.Next(2) == 0 ? entries[victim] : ("more.bin", new byte[random.Next(3) == 0 ? 400 << 20 : 100]));
                return Write(entries, random.Next(2) == 0 ? manifest : Rehash(entries, manifest));
            default:
                return Lie(Write(entries, manifest), random);
        }
    }

    private static byte[] Harm((string Name, byte[] Bytes) entry, Random random) => Path.GetExtension(entry.Name) switch
    {
        ".onnx" => WireMutator.Mutate(entry.Bytes, random),
        ".safetensors" => WeightsMutator.Mutate(entry.Bytes, random),
        ".json" => Encoding.UTF8.GetBytes(JsonMutator.Mutate(Encoding.UTF8.GetString(entry.Bytes), random)),
        _ => ByteMutator.Mutate(entry.Bytes, random),
    };

    private static List<(string Name, byte[] Bytes)> Read(byte[] file)
    {
        using ZipArchive zip = new(new MemoryStream(file));
        return
        [
            .. zip.Entries.Select(entry =>
            {
                using Stream stream = entry.Open();
                MemoryStream bytes = new();
                stream.CopyTo(bytes);
                return (entry.FullName, bytes.ToArray());
            }),
        ];
    }

    private static string Rehash(List<(string Name, byte[] Bytes)> entries, string manifest)
    {
        JsonObject root = JsonNode.Parse(manifest)!.AsObject();
        JsonObject hashes = root["entries"]!.AsObject();
        foreach ((string name, byte[] bytes) in entries.Where(e => e.Name != Manifest))
        {
            hashes[name] = new JsonObject { ["bytes"] = bytes.LongLength, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        }

        return root.ToJsonString();
    }

    private static byte[] Write(List<(string Name, byte[] Bytes)> entries, string manifest)
    {
        byte[] text = Encoding.UTF8.GetBytes(manifest);
        MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries.Where(e => e.Name != Manifest).Append((Manifest, text)))
            {
                using Stream stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(bytes);
            }

            zip.Comment = Convert.ToHexStringLower(SHA256.HashData(text));
        }

        return file.ToArray();
    }

    // Lengths, compressed or not, of an entry of the central directory.
    private static byte[] Lie(byte[] file, Random random)
    {
        List<int> starts = [];
        for (int at = 0; (at = file.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is int next and >= 0 ? at + next : -1) >= 0; at += 4)
        {
            starts.Add(at);
        }

        Span<byte> length = file.AsSpan(starts[random.Next(starts.Count)] + (random.Next(2) == 0 ? 20 : 24), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(length, random.Next(2) == 0 ? 0x7FFFFFC0 : (uint)random.Next());
        return file;
    }
}
