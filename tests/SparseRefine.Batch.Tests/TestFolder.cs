namespace SparseRefine.Batch.Tests;

/// <summary>A temporary folder; deleted at the end.</summary>
public sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sparserefine-batch-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text = "x")
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
