using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Small pictures in a folder beside the report, so that a resumed job still has those of images that it does not see again.</summary>
/// <param name="folder">The folder, made where it is missing.</param>
internal sealed class ThumbnailStore(string folder)
{
    private const string Extension = ".jpg";
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    /// <summary>Takes over what an earlier run left.</summary>
    public void Open()
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (name.Split('.') is [string key, _, "jpg"])
            {
                _kept.Add(key);
            }
            else if (AtomicFile.IsTemporary(name))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Whether an image's pictures are there.</summary>
    public bool Has(string id) => _kept.Contains(Key(id));

    /// <summary>Draws and keeps an image's pictures.</summary>
    public void Add(string id, ThumbnailPainter painter)
    {
        string key = Key(id);
        foreach (ReportLayer layer in Enum.GetValues<ReportLayer>())
        {
            using MLImage? image = painter.Paint(layer);
            if (image is not null)
            {
                AtomicFile.Write(PathOf(key, layer), stream => ImageEncoder.Encode(image, stream, Extension));
            }
        }

        _kept.Add(key);
    }

    /// <summary>An image's picture as a data URI; null where there is none.</summary>
    public string? Read(string id, ReportLayer layer)
    {
        string file = PathOf(Key(id), layer);
        return File.Exists(file) ? "data:image/jpeg;base64," + Convert.ToBase64String(File.ReadAllBytes(file)) : null;
    }

    /// <summary>Deletes all pictures but these images'.</summary>
    public void KeepOnly(IEnumerable<string> ids)
    {
        HashSet<string> wanted = [.. ids.Select(Key)];
        foreach (string key in _kept.Except(wanted).ToArray())
        {
            foreach (ReportLayer layer in Enum.GetValues<ReportLayer>())
            {
                File.Delete(PathOf(key, layer));
            }

            _kept.Remove(key);
        }
    }

    // Ids are paths and may be long; file names must not.
    private static string Key(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];

    private string PathOf(string key, ReportLayer layer) => Path.Combine(folder, $"{key}.{layer}{Extension}");
}
