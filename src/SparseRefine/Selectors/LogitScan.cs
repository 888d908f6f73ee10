using System.Buffers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>The one pass over a picture's interpolated logits that all selectors share.</summary>
internal static unsafe partial class LogitScan
{
    // Enough rows that expanding a block's first two source rows hardly counts, few enough to balance threads.
    private const int BlockRows = 64;

    private delegate void RowReader(int block, int y, ReadOnlySpan<float> scores);

    public static int PixelCount(LogitSampler sampler)
    {
        long pixels = (long)sampler.Height * sampler.Width;
        return pixels <= Array.MaxLength
            ? (int)pixels
            : throw new ArgumentException($"height x width: expected at most {Array.MaxLength} pixels, got {pixels}");
    }

    /// <summary>argmax of every pixel.</summary>
    public static LabelMap Label(LogitSampler sampler, Workers workers)
        => Run<EntropyScore>(sampler, float.NegativeInfinity, workers, static (_, _, _) => { });

    /// <summary>argmax and score of every pixel.</summary>
    public static LabelMap Score<TScore>(LogitSampler sampler, Memory<float> scores, Workers workers)
        where TScore : struct, IPixelScore
        => Run<TScore>(
            sampler, float.PositiveInfinity, workers, (_, y, row) => row.CopyTo(scores.Span[(y * sampler.Width)..]));

    /// <summary>Pixels with a score above the threshold; no pixel whose logit margin is at least the cutoff has one.</summary>
    public static PixelSelection SelectAbove<TScore>(
        LogitSampler sampler, float cutoff, float threshold, Workers workers)
        where TScore : struct, IPixelScore
    {
        int blocks = Workers.BlockCount(sampler.Height, BlockRows);
        int[][] found = new int[blocks][];
        int[] counts = new int[blocks];
        Array.Fill(found, []);
        LabelMap labels = Run<TScore>(sampler, cutoff, workers, (block, y, row) =>
        {
            int needed = counts[block] + row.Length;
            if (found[block].Length < needed)
            {
                int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(needed, 2 * found[block].Length));
                found[block].AsSpan(0, counts[block]).CopyTo(larger);
                Return(found[block]);
                found[block] = larger;
            }

            counts[block] += Compact(row, threshold, y * sampler.Width, found[block].AsSpan(counts[block]));
        });

        int[] indices = new int[counts.Sum()];
        int position = 0;
        for (int b = 0; b < blocks; b++)
        {
            found[b].AsSpan(0, counts[b]).CopyTo(indices.AsSpan(position));
            position += counts[b];
            Return(found[b]);
        }

        return new PixelSelection(new SiteSet(indices, 1, sampler.Height, sampler.Width), labels);
    }

    private static LabelMap Run<TScore>(LogitSampler sampler, float cutoff, Workers workers, RowReader read)
        where TScore : struct, IPixelScore
    {
        ArgumentNullException.ThrowIfNull(workers);
        int width = sampler.Width;
        int padded = sampler.PaddedWidth;
        int classes = sampler.Map.Classes;
        byte[] labels = GC.AllocateUninitializedArray<byte>(PixelCount(sampler));
        workers.For(sampler.Height, BlockRows, (block, start, end) =>
        {
            using var rows = new ExpandedRows(sampler);
            byte[] labelRow = new byte[padded];
            float[] scoreRow = new float[padded];
            float[] tiles = new float[2 * classes * VectorMath.Lanes];
            for (int y = start; y < end; y++)
            {
                rows.MoveTo(y);
                ScanRow<TScore>(rows, classes, padded, cutoff, labelRow, scoreRow, tiles);
                labelRow.AsSpan(0, width).CopyTo(labels.AsSpan(y * width));
                read(block, y, scoreRow.AsSpan(0, width));
            }
        });
        return new LabelMap(labels, sampler.Height, width);
    }

    private static void Return(int[] rented)
    {
        if (rented.Length > 0)
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }
}
