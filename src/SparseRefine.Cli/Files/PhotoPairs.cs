using SparseRefine.MLNet;

namespace SparseRefine.Cli.Files;

/// <summary>Photos with their labels, and where a teacher stands for labels those without.</summary>
/// <param name="Rows">The photos.</param>
/// <param name="LonePhotos">Photos left out as they have no label file.</param>
/// <param name="LoneLabels">Label files without a photo.</param>
internal sealed record PhotoPairs(IReadOnlyList<LabelledPhoto> Rows, int LonePhotos, int LoneLabels)
{
    /// <summary>What to tell about files left out; null where every file has its partner.</summary>
    public string? Remark => LonePhotos + LoneLabels == 0
        ? null
        : $"left out: {LonePhotos} photos without labels, {LoneLabels} labels without a photo";

    /// <summary>
    /// Takes a share of the pairs away for validation: at least one and never all, chosen by the seed alone.
    /// </summary>
    /// <param name="share">Share to hold out, 0..1.</param>
    /// <param name="seed">Chooses which.</param>
    /// <returns>Pairs to train on and pairs to validate on, each in the original order.</returns>
    /// <exception cref="InvalidInputException">Fewer than two pairs.</exception>
    public (IReadOnlyList<LabelledPhoto> Training, IReadOnlyList<LabelledPhoto> Validation) HoldOut(double share, int seed)
    {
        if (Rows.Count < 2)
        {
            throw new InvalidInputException(
                "--images",
                "at least 2 photos to learn from, one of them to hold out for validation, or --validation-images",
                $"{Rows.Count}");
        }

        int[] order = [.. Enumerable.Range(0, Rows.Count)];
        new Random(seed).Shuffle(order);
        int count = Math.Clamp((int)Math.Round(share * Rows.Count), 1, Rows.Count - 1);
        HashSet<int> held = [.. order.Take(count)];
        return ([.. Rows.Where((_, i) => !held.Contains(i))], [.. Rows.Where((_, i) => held.Contains(i))]);
    }
}
