namespace SparseRefine.Images;

/// <summary>Names of PNG files that a user chooses. A label map under the ending of another format would be one that viewers misread, or would lose its class indices.</summary>
internal static class PngName
{
    private static readonly string[] OtherEndings = [".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"];

    /// <summary>The name, which may have any ending but one of another image format.</summary>
    /// <param name="path">The name.</param>
    /// <exception cref="ArgumentException">Such an ending.</exception>
    public static string Checked(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OtherEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? throw new ArgumentException($"path: expected a name that ends with .png, got {path}", nameof(path))
            : path;
    }
}
