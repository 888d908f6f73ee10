namespace SparseRefine.Batch;

/// <summary>Which names a file system takes for one and the same. Found out by trying, as it depends on volumes and folders and not on the operating system alone.</summary>
/// <param name="IgnoresCase">Whether A.png is a.png.</param>
internal readonly record struct NameRule(bool IgnoresCase)
{
    /// <summary>Tries it.</summary>
    /// <param name="folder">A folder that nobody else writes to; nothing stays in it.</param>
    /// <returns>The rule of the folder, which folders made in the same one share.</returns>
    /// <exception cref="IOException">No file can be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to make one.</exception>
    public static NameRule Of(string folder)
    {
        string path = Path.Combine(folder, "names");
        File.Create(path).Dispose();
        try
        {
            return new NameRule(File.Exists(Path.Combine(folder, "NAMES")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A text that is the same for names that are one.</summary>
    /// <param name="name">A name or path.</param>
    /// <returns>What to compare.</returns>
    public string Key(string name) => IgnoresCase ? name.ToUpperInvariant() : name;
}
