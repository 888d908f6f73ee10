using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Labels and scores rows of a photo. Where <see cref="LogitLeaders"/> proves all pixels between some samples sure, they get their label
/// without being looked at; the others are interpolated, a tile at a time, for all rows between the same two rows of the map.
/// </summary>
internal readonly unsafe struct PixelLoop<TScore>(PixelRows rows) : ISimdLoop
    where TScore : struct, IPixelScore
{
    private const int Lanes = ClassRows.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        LogitSampler sampler = rows.Sampler;
        LogitGrid grid = sampler.Grid;
        int classes = sampler.Map.Classes;
        int width = grid.Width;
        int tileWords = ((ClassRows.Pad(width) / Lanes) + 63) / 64;
        int words = ((ClassRows.Pad(width) / Lanes) + 3) / 4;
        ulong* doubtful = stackalloc ulong[tileWords];
        float* buffer = stackalloc float[(4 * classes * Lanes) + ClassRows.AlignmentSlack];
        float* upper = ClassRows.Align(buffer);
        float* scratch = upper + (2 * classes * Lanes);
        float* weights = stackalloc float[rows.End - rows.Start];
        byte* winners = stackalloc byte[Lanes];
        using LogitRows mapRows = new(sampler.Map, rows.Map);
        for (int first = rows.Start; first < rows.End;)
        {
            (int top, int bottom, weights[0]) = grid.LocateRow(first);
            int count = 1;
            for (; first + count < rows.End; count++)
            {
                (int nextTop, int nextBottom, weights[count]) = grid.LocateRow(first + count);
                if (nextTop != top || nextBottom != bottom)
                {
                    break;
                }
            }

            new Span<ulong>(doubtful, tileWords).Clear();
            new Span<ulong>(rows.Bits + ((long)first * words), count * words).Clear();
            byte* labels = rows.Labels + ((long)first * width);
            LabelSure(grid, top, bottom, labels, doubtful);
            for (int r = 1; r < count; r++)
            {
                Unsafe.CopyBlockUnaligned(labels + ((long)r * width), labels, (uint)width);
            }

            float* lower = bottom == top ? upper : upper + (classes * Lanes);
            int tiles = 0;
            for (int w = 0; w < tileWords; w++)
            {
                tiles += BitOperations.PopCount(doubtful[w]);
            }

            LogitRowPair pair = tiles == 0 ? default : mapRows.Between(top, bottom, tiles);
            for (int w = 0; w < tileWords; w++)
            {
                for (ulong left = doubtful[w]; left != 0; left &= left - 1)
                {
                    int tile = (w * 64) + BitOperations.TrailingZeroCount(left);
                    LogitTile.Expand<TVector, TLanes>(sampler, pair, tile * Lanes, upper, lower);
                    for (int r = 0; r < count; r++)
                    {
                        ulong above = ScanTile<TVector, TLanes>(upper, lower, weights[r], classes, first + r, tile, scratch, winners);
                        rows.Bits[((long)(first + r) * words) + (tile >> 2)] |= above << (tile * Lanes);
                    }
                }
            }

            for (int r = 0; r < count; r++)
            {
                int selected = 0;
                for (int w = 0; w < words; w++)
                {
                    selected += BitOperations.PopCount(rows.Bits[((long)(first + r) * words) + w]);
                }

                rows.Counts[first + r] = selected;
            }

            first += count;
        }
    }

    // Labels the pixels of one row that are proven sure and marks the tiles that hold any other pixel.
    private void LabelSure(LogitGrid grid, int top, int bottom, byte* labels, ulong* doubtful)
    {
        byte* upper = rows.Leaders + ((long)top * grid.MapWidth);
        byte* lower = rows.Leaders + ((long)bottom * grid.MapWidth);
        float* upperLeads = rows.Leads + ((long)top * grid.MapWidth);
        float* lowerLeads = rows.Leads + ((long)bottom * grid.MapWidth);
        int runStart = 0;
        int runLabel = -1;
        fixed (int* cells = grid.Cells, left = grid.Left, right = grid.Right)
        {
            for (int i = 0; i < grid.Cells.Length - 1; i++)
            {
                int a = left[cells[i]];
                int b = right[cells[i]];
                int label = upper[a];
                float lead = float.MinNative(
                    float.MinNative(upperLeads[a], upperLeads[b]), float.MinNative(lowerLeads[a], lowerLeads[b]));
                if (upper[b] != label || lower[a] != label || lower[b] != label || !(lead > rows.SureLead))
                {
                    label = -1;
                    for (int tile = cells[i] / Lanes; tile <= (cells[i + 1] - 1) / Lanes; tile++)
                    {
                        doubtful[tile >> 6] |= 1UL << tile;
                    }
                }

                if (label != runLabel)
                {
                    Fill(labels, runStart, cells[i], runLabel);
                    runStart = cells[i];
                    runLabel = label;
                }
            }
        }

        Fill(labels, runStart, grid.Width, runLabel);
    }

    private static void Fill(byte* labels, int start, int end, int label)
    {
        if (label >= 0)
        {
            new Span<byte>(labels + start, end - start).Fill((byte)label);
        }
    }

    // Labels one tile of row y and scores vectors in which some pixel's two best logits are closer than the cutoff. Returns a bit for
    // each pixel whose score is above the threshold.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private uint ScanTile<TVector, TLanes>(
        float* upper, float* lower, float rowWeight, int classes, int y, int tile, float* scratch, byte* winners)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int width = rows.Sampler.Width;
        TVector weight = TLanes.Create(rowWeight);
        uint above = 0;
        for (int v = 0; v < Lanes; v += TLanes.Count)
        {
            TVector best = LogitTile.Lerp<TVector, TLanes>(TLanes.Load(upper + v), TLanes.Load(lower + v), weight);
            TVector second = TLanes.Create(float.NegativeInfinity);
            TVector winner = TLanes.Create(0);
            TLanes.Store(best, scratch + v);
            for (int c = 1; c < classes; c++)
            {
                int at = (c * Lanes) + v;
                TVector z = LogitTile.Lerp<TVector, TLanes>(TLanes.Load(upper + at), TLanes.Load(lower + at), weight);
                TLanes.Store(z, scratch + at);

                // Strictly greater: ties stay with the lower class.
                winner = TLanes.WhereGreater(z, best, TLanes.Create(c), winner);
                second = TLanes.Max(second, TLanes.Min(z, best));
                best = TLanes.Max(best, z);
            }

            TLanes.StoreBytes(winner, winners + v);
            uint doubts = TLanes.GreaterBits(TLanes.Create(rows.Cutoff), TLanes.Subtract(best, second));
            float* scores = rows.Scores == null ? null : rows.Scores + ((long)y * ClassRows.Pad(width)) + (tile * Lanes) + v;
            const uint Half = (1u << 8) - 1;
            if (TLanes.Count != 2 * Lanes256.Count || ((doubts & Half) != 0 && (doubts & ~Half) != 0))
            {
                above |= Score<TVector, TLanes>(doubts, scratch + v, best, classes, scores) << v;
                continue;
            }

            // A score costs an exponential for each class, and often the pixels in doubt lie in one half of a vector: then that half alone is scored.
            int half = v + ((doubts & Half) != 0 ? 0 : Lanes256.Count);
            Vector256<float> halfBest = ClassRows.Max<Vector256<float>, Lanes256>(scratch + half, classes, Lanes);
            above |= Score<Vector256<float>, Lanes256>(
                doubts, scratch + half, halfBest, classes, scores == null ? null : scores + half - v) << half;
        }

        int columns = Math.Min(Lanes, width - (tile * Lanes));
        byte* target = rows.Labels + ((long)y * width) + (tile * Lanes);
        if (columns == Lanes)
        {
            Unsafe.CopyBlockUnaligned(target, winners, Lanes);
            return above;
        }

        Unsafe.CopyBlockUnaligned(target, winners, (uint)columns);
        return above & ((1u << columns) - 1);
    }

    // A bit for each pixel of a vector whose score is above the threshold; none where no pixel is in doubt.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Score<TVector, TLanes>(uint doubts, float* tile, TVector best, int classes, float* scores)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        if (doubts == 0)
        {
            return 0;
        }

        TVector score = TScore.Of<TVector, TLanes>(tile, best, tile + (classes * Lanes), classes);
        if (scores != null)
        {
            TLanes.Store(score, scores);
        }

        return TLanes.GreaterBits(score, TLanes.Create(rows.Threshold));
    }
}
