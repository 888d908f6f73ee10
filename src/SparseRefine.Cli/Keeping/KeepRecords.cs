using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseRefine.Persistence;

namespace SparseRefine.Cli.Keeping;

/// <summary>What a search has found so far, a file each, so that the same search goes on where it was stopped.</summary>
internal sealed class KeepRecords : IDisposable
{
    private static readonly JsonSerializerOptions Form = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly bool _isTemporary;

    /// <param name="workspace">Folder that outlives the search; null: a temporary one.</param>
    /// <param name="settings">All that the search depends on but files.</param>
    /// <param name="files">Files that it depends on; one that was changed begins another search.</param>
    public KeepRecords(string? workspace, string settings, IEnumerable<string> files)
    {
        _isTemporary = workspace is null;
        string text = string.Join('\n', files.Select(file => $"{Path.GetFullPath(file)} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file).Ticks}").Prepend(settings));
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        Shared = workspace ?? Directory.CreateTempSubdirectory("sparserefine-keep-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Shared, $"keep-{name}")).FullName;
    }

    /// <summary>The folder of this search.</summary>
    public string Folder { get; }

    /// <summary>The folder above it.</summary>
    public string Shared { get; }

    /// <summary>A path in the folder.</summary>
    /// <param name="name">Name of the file or folder.</param>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Takes a record out of the folder, or makes it and puts it there.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes it; null is not kept.</param>
    public T? Get<T>(string name, Func<T?> make)
        where T : class
    {
        string path = this[name + ".json"];
        if (File.Exists(path))
        {
            try
            {
                return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Form);
            }
            catch (JsonException e)
            {
                throw new InvalidInputException(path, "a record of an earlier search", e.Message.ReplaceLineEndings(" "), e);
            }
        }

        T? made = make();
        if (made is not null)
        {
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(made, Form));
        }

        return made;
    }

    public void Dispose()
    {
        if (_isTemporary)
        {
            Directory.Delete(Shared, recursive: true);
        }
    }
}
