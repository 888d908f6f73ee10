namespace SparseRefine.Batch;

/// <summary>The photos of a slice as a list that <see cref="ScoringInputs.List"/> takes: JSON lines with id and path, in the order of the ids' hashes.</summary>
/// <param name="Slice">The slice.</param>
/// <param name="Content">UTF-8 text; valid until the next list is read.</param>
/// <param name="Photos">Number of photos; 0 for a slice that got none.</param>
public readonly record struct SliceList(Shard Slice, ReadOnlyMemory<byte> Content, long Photos);
