using SparseRefine.MLNet;

namespace SparseRefine.Cli.Files;

/// <summary>Photos held out of a training.</summary>
internal static class HeldOut
{
    /// <summary>
    /// Takes a share of the pairs away for validation: at least one and never all, chosen by the seed alone.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="share">Share to hold out, 0..1.</param>
    /// <param name="seed">Chooses which.</param>
    /// <returns>Pairs to train on and pairs to validate on, each in the original order.</returns>
    /// <exception cref="InvalidInputException">Fewer than two pairs.</exception>
    public static (IReadOnlyList<LabelledPhoto> Training, IReadOnlyList<LabelledPhoto> Validation) HoldOut(this PhotoPairs pairs, double share, int seed)
    {
        if (pairs.Rows.Count < 2)
        {
            throw new InvalidInputException(
                "--images",
                "at least 2 photos to learn from, one of them to hold out for validation, or --validation-images",
                $"{pairs.Rows.Count}");
        }

        int[] order = [.. Enumerable.Range(0, pairs.Rows.Count)];
        new Random(seed).Shuffle(order);
        int count = Math.Clamp((int)Math.Round(share * pairs.Rows.Count), 1, pairs.Rows.Count - 1);
        HashSet<int> held = [.. order.Take(count)];
        return ([.. pairs.Rows.Where((_, i) => !held.Contains(i))], [.. pairs.Rows.Where((_, i) => held.Contains(i))]);
    }
}
