namespace SparseRefine.Persistence;

/// <summary>What tells one kind of archive from another.</summary>
/// <param name="Format">The manifest's <c>format</c>.</param>
/// <param name="Version">The version that is written, and the newest that is read.</param>
/// <param name="Noun">What messages call such a file, without an article.</param>
/// <param name="FirstHashed">The first version that keeps the manifest's SHA-256, 64 hexadecimal digits, as the zip's comment.</param>
internal sealed record ArchiveKind(string Format, int Version, string Noun, int FirstHashed = 1);
