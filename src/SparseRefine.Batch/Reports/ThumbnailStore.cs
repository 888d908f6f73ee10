using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Small photos with their layers in a folder beside the report, so that a resumed job still has those that it does not see again.</summary>
/// <param name="folder">The folder, made where it is missing.</param>
internal sealed class ThumbnailStore(string folder)
{
    private const int Side = 400;
    private const string Extension = ".jpg";
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    /// <summary>Takes over what an earlier run left.</summary>
    public void Open()
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(file).Split('.') is [string key, nameof(PhotoLayer.Refined), "jpg"])
            {
                _kept.Add(key);
            }
        }
    }

    /// <summary>Whether a photo's layers are there.</summary>
    public bool Has(string id) => _kept.Contains(Key(id));

    /// <summary>Draws and keeps a photo's layers. The refined answer comes last: a photo that has it has all.</summary>
    public void Add(string id, SegmentationPainter painter, SegmentationResult result)
    {
        string key = Key(id);
        foreach (PhotoLayer layer in Enum.GetValues<PhotoLayer>())
        {
            using MLImage? image = painter.Thumbnail(layer, result.Photo.AsView(), result.Selection, result.Labels, Side);
            if (image is not null)
            {
                AtomicFile.Write(PathOf(key, layer), image.ToJpeg());
            }
        }

        _kept.Add(key);
    }

    /// <summary>A photo's layer as a data URI; null where there is none.</summary>
    public string? Read(string id, PhotoLayer layer)
    {
        string file = PathOf(Key(id), layer);
        return File.Exists(file) ? "data:image/jpeg;base64," + Convert.ToBase64String(File.ReadAllBytes(file)) : null;
    }

    /// <summary>Deletes all but these photos, and what a killed run left of a file.</summary>
    public void KeepOnly(IEnumerable<string> ids)
    {
        HashSet<string> wanted = [.. ids.Select(Key)];
        _kept.IntersectWith(wanted);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (!wanted.Contains(Path.GetFileName(file).Split('.')[0]))
            {
                File.Delete(file);
            }
        }
    }

    // Ids are paths and may be long; file names must not.
    private static string Key(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];

    private string PathOf(string key, PhotoLayer layer) => Path.Combine(folder, $"{key}.{layer}{Extension}");
}
