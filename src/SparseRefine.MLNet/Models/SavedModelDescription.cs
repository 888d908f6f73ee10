namespace SparseRefine.MLNet;

/// <summary>What a model file holds.</summary>
/// <param name="FormatVersion">Version of the format.</param>
/// <param name="WrittenBy">Library that wrote it.</param>
/// <param name="Parts">The transformers, in order.</param>
/// <param name="ClassList">Names and colors of the classes; null where none are kept.</param>
/// <param name="Entries">Name and length of every entry but the manifest.</param>
public sealed record SavedModelDescription(
    int FormatVersion,
    string WrittenBy,
    IReadOnlyList<SavedPart> Parts,
    ClassList? ClassList,
    IReadOnlyList<(string Name, long Bytes)> Entries);
