namespace SparseRefine.MLNet;

/// <summary>Photos with their labels, and where a teacher stands for labels those without.</summary>
/// <param name="Rows">The photos.</param>
/// <param name="LonePhotos">Photos left out as they have no label file.</param>
/// <param name="LoneLabels">Label files without a photo.</param>
public sealed record PhotoPairs(IReadOnlyList<LabelledPhoto> Rows, int LonePhotos, int LoneLabels)
{
    /// <summary>What to tell about files left out; null where every file has its partner.</summary>
    public string? Remark => LonePhotos + LoneLabels == 0
        ? null
        : $"left out: {LonePhotos} photos without labels, {LoneLabels} labels without a photo";
}
