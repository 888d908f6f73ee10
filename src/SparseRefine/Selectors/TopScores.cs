using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// The k highest of many scores without sorting: the bits of floats from 0 up order as the floats do, so a histogram
/// over the upper 16 of 31 bits finds the bin of the k-th score and one over the lower 15 the score itself.
/// </summary>
internal static class TopScores
{
    private const int LowBits = 15;
    private const int Blocks = 16;

    public static void ThrowUnlessFraction(double fraction)
    {
        if (!(fraction >= 0 && fraction <= 1))
        {
            throw new ArgumentException($"fraction: expected a value from 0 to 1, got {fraction}", nameof(fraction));
        }
    }

    public static int Count(double fraction, int pixels) => (int)Math.Min(pixels, Math.Round(fraction * pixels));

    /// <summary>Ascending indices of the <paramref name="count"/> highest of scores[0..length], ties to lower indices.</summary>
    public static int[] Select(float[] scores, int length, int count, Workers workers)
    {
        if (count == 0)
        {
            return [];
        }

        int block = Math.Max(1, (length + Blocks - 1) / Blocks);
        int remaining = count;
        uint upper = FindDigit(scores, length, block, workers, LowBits, 31 - LowBits, 0, ref remaining);
        uint limit = (upper << LowBits)
            | FindDigit(scores, length, block, workers, 0, LowBits, upper, ref remaining);
        return Collect(scores, length, block, limit, count, remaining, workers);
    }

    // Among the scores whose bits above the digit are `prefix`, walks down from the highest digit until `remaining`
    // scores are passed; leaves how many of the digit it stops at are still wanted.
    private static uint FindDigit(
        float[] scores, int length, int block, Workers workers, int shift, int width, uint prefix, ref int remaining)
    {
        int bins = 1 << width;
        int[][] partial = new int[Workers.BlockCount(length, block)][];
        workers.For(length, block, (b, start, end) =>
        {
            int[] histogram = new int[bins];
            for (int i = start; i < end; i++)
            {
                uint bits = BitConverter.SingleToUInt32Bits(scores[i]);
                if (bits >> (shift + width) == prefix)
                {
                    histogram[(int)(bits >> shift) & (bins - 1)]++;
                }
            }

            partial[b] = histogram;
        });
        int at = bins - 1;
        for (; at > 0; at--)
        {
            int inBin = partial.Sum(h => h[at]);
            if (inBin >= remaining)
            {
                break;
            }

            remaining -= inBin;
        }

        return (uint)at;
    }

    private static int[] Collect(
        float[] scores, int length, int block, uint limit, int count, int equalWanted, Workers workers)
    {
        int blocks = Workers.BlockCount(length, block);
        int[] above = new int[blocks];
        int[] equal = new int[blocks];
        workers.For(length, block, (b, start, end) =>
        {
            // Locals, as neighbouring counters of two threads would share a cache line.
            int more = 0;
            int same = 0;
            for (int i = start; i < end; i++)
            {
                uint bits = BitConverter.SingleToUInt32Bits(scores[i]);
                more += bits > limit ? 1 : 0;
                same += bits == limit ? 1 : 0;
            }

            above[b] = more;
            equal[b] = same;
        });

        // Lower indices take the equal scores first, so each block's share and place follow from the blocks before it.
        int[] share = new int[blocks];
        int[] place = new int[blocks];
        for (int b = 0, position = 0; b < blocks; b++)
        {
            share[b] = Math.Min(equal[b], equalWanted);
            place[b] = position;
            equalWanted -= share[b];
            position += above[b] + share[b];
        }

        int[] indices = new int[count];
        workers.For(length, block, (b, start, end) =>
        {
            Span<int> target = indices.AsSpan(place[b], above[b] + share[b]);
            if (share[b] == 0 || share[b] == equal[b])
            {
                // Here the equal scores are all in or all out, so one comparison decides.
                float threshold = BitConverter.UInt32BitsToSingle(limit);
                threshold = share[b] == 0 ? threshold : MathF.BitDecrement(threshold);
                LogitScan.Compact(scores.AsSpan(start, end - start), threshold, start, target);
                return;
            }

            int position = 0;
            int left = share[b];
            for (int i = start; i < end; i++)
            {
                uint bits = BitConverter.SingleToUInt32Bits(scores[i]);
                if (bits > limit || (bits == limit && left-- > 0))
                {
                    target[position++] = i;
                }
            }
        });
        return indices;
    }
}
