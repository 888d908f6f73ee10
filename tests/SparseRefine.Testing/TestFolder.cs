using SparseRefine.Images;

namespace SparseRefine.Testing;

/// <summary>A temporary folder with helpers to fill it; deleted at the end.</summary>
public sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sparserefine-tests-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Every file under the folder, relative, sorted.</summary>
    public string[] Files() => [.. Directory
        .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root, f))
        .Order(StringComparer.Ordinal)];

    public string Write(string name, byte[] bytes)
    {
        string path = Prepare(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string name, string text = "x")
    {
        string path = Prepare(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A striped photo under images and its labels under a folder of theirs.</summary>
    public void WritePhoto(string name, int height, int width, int seed, string labelFolder = "labels", int noise = 20) => StripedPhoto.Write(
        this["images/" + name], this[$"{labelFolder}/{Path.GetFileNameWithoutExtension(name)}.png"], height, width, seed, noise);

    public string WriteLabels(string name, byte[] labels, int height, int width)
    {
        string path = Prepare(name);
        IndexPng.Write(new LabelMap(labels, height, width), path);
        return path;
    }

    public string WriteClasses(int count = 2) => Write(
        $"classes{count}.csv",
        "id,name,r,g,b\n" + string.Concat(Enumerable.Range(0, count).Select(c => $"{c},class{c},{c * 40},{255 - (c * 40)},0\n")));

    private string Prepare(string name)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
