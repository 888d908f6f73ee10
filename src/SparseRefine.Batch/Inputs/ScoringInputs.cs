namespace SparseRefine.Batch;

/// <summary>
/// Where a job's photos come from. A photo's id is its path relative to its folder, to the fixed part of its pattern or to <see cref="Root"/>, with forward
/// slashes, unless the list gives one. Immutable.
/// </summary>
public sealed record ScoringInputs
{
    /// <summary>
    /// Photo files, folders (with their subfolders; hidden files and folders, links to folders and the output folder are left out) and patterns: * and ? stand for
    /// characters of a name, ** for any folders. With <see cref="ScoringOptions.OpenStore"/> also addresses (<see cref="StoreAddress"/>): of a photo, of what is below a prefix, of a pattern.
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>
    /// A list: paths, one a line; or CSV whose first line names the columns, among them id and path; or JSON lines, objects with id and path. What it is shows in its
    /// first line. An id may be empty or missing. A path may be an address, and so may the list's own.
    /// </summary>
    public string? List { get; init; }

    /// <summary>A list as <see cref="List"/> describes, already open, such as standard input. Read to its end before the first photo is scored. Not closed.</summary>
    public TextReader? Reader { get; init; }

    /// <summary>Whether the list is paths that end with a NUL character, as <c>find -print0</c> prints them.</summary>
    public bool IsNulDivided { get; init; }

    /// <summary>What relative paths of a list are relative to, and ids, too, a folder or an address; null: the current folder. An id of a path outside of it is the whole path.</summary>
    public string? Root { get; init; }
}
