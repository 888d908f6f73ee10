using System.Buffers;

namespace SparseRefine.Selectors;

/// <summary>
/// The k highest of many scores without sorting: the bits of floats from 0 up order as the floats do, so a histogram
/// over the upper 16 of 31 bits finds the bin of the k-th score and one over the lower 15 the score itself.
/// </summary>
internal static class TopScores
{
    private const int LowBits = 15;

    public static void ThrowUnlessFraction(double fraction)
    {
        if (!(fraction >= 0 && fraction <= 1))
        {
            throw new ArgumentException($"fraction: expected a value from 0 to 1, got {fraction}", nameof(fraction));
        }
    }

    public static int Count(double fraction, int pixels) => (int)Math.Min(pixels, Math.Round(fraction * pixels));

    /// <summary>The <paramref name="count"/>-th highest score; 0 where there are not so many.</summary>
    /// <param name="scores">From 0 up.</param>
    /// <param name="count">From 1.</param>
    public static float Limit(ReadOnlySpan<float> scores, int count) =>
        BitConverter.UInt32BitsToSingle(LimitBits(scores, Math.Max(count, 1), out _));

    /// <summary>Moves the indices of the highest scores to the front, in their order; among equal scores those that stand first are kept.</summary>
    /// <param name="scores">Scores from 0 up, one of each index.</param>
    /// <param name="indices">One index for each score, ascending; the array may be longer. Written over.</param>
    /// <param name="count">How many to keep.</param>
    /// <returns>How many are kept: <paramref name="count"/>, or all where there are fewer.</returns>
    public static int Keep(ReadOnlySpan<float> scores, int[] indices, int count)
    {
        if (count == 0 || count >= scores.Length)
        {
            return Math.Min(count, scores.Length);
        }

        uint limit = LimitBits(scores, count, out int equalWanted);
        int kept = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(scores[i]);
            bool isKept = bits > limit || (bits == limit && equalWanted-- > 0);

            // Every index is written and `kept` moves on only for those to keep, which needs no branch.
            indices[kept] = indices[i];
            kept += isKept ? 1 : 0;
        }

        return kept;
    }

    // The bits of the count-th highest score, and how many of that very score belong to the highest.
    private static uint LimitBits(ReadOnlySpan<float> scores, int count, out int equalWanted)
    {
        equalWanted = count;
        uint upper = FindDigit(scores, LowBits, 31 - LowBits, 0, ref equalWanted);
        return (upper << LowBits) | FindDigit(scores, 0, LowBits, upper, ref equalWanted);
    }

    // Among the scores whose bits above the digit are `prefix`, walks down from the highest digit until `remaining`
    // scores are passed; leaves how many of the digit it stops at are still wanted.
    private static uint FindDigit(ReadOnlySpan<float> scores, int shift, int width, uint prefix, ref int remaining)
    {
        int bins = 1 << width;
        int[] histogram = ArrayPool<int>.Shared.Rent(bins);
        histogram.AsSpan(0, bins).Clear();
        foreach (float score in scores)
        {
            uint bits = BitConverter.SingleToUInt32Bits(score);
            if (bits >> (shift + width) == prefix)
            {
                histogram[(int)(bits >> shift) & (bins - 1)]++;
            }
        }

        int at = bins - 1;
        for (; at > 0 && histogram[at] < remaining; at--)
        {
            remaining -= histogram[at];
        }

        ArrayPool<int>.Shared.Return(histogram);
        return (uint)at;
    }
}
