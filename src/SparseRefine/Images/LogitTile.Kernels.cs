using System.Runtime.CompilerServices;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Images;

/// <summary>
/// Interpolated logits of <see cref="ClassRows.Lanes"/> neighbouring pixels of a row: [classes, lanes]. Neighbouring pixels read
/// neighbouring samples, so a vector of them is one load and a permutation.
/// </summary>
internal static unsafe class LogitTile
{
    private const int Lanes = ClassRows.Lanes;
    private const int BlockSites = 4096;
    private const int ChunkSites = 64;

    /// <summary>Two rows of the map brought to the photo's columns from <paramref name="x"/> on.</summary>
    /// <param name="sampler">The map and its grid.</param>
    /// <param name="pair">The rows; where they are the same, the second tile is left as it is.</param>
    /// <param name="x">First column of the tile, a multiple of <see cref="ClassRows.Lanes"/>.</param>
    /// <param name="upper">[classes, lanes], from the upper row.</param>
    /// <param name="lower">[classes, lanes], from the lower row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expand<TVector, TLanes>(LogitSampler sampler, in LogitRowPair pair, int x, float* upper, float* lower)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        LogitGrid grid = sampler.Grid;
        int width = grid.MapWidth;
        int classes = sampler.Map.Classes;
        int* picks = stackalloc int[2 * Lanes];
        fixed (int* left = &grid.Left[x], right = &grid.Right[x])
        fixed (float* weights = &grid.Weights[x])
        {
            for (int v = 0; v < Lanes; v += TLanes.Count)
            {
                // The pixels of a vector read neighbouring samples. Where these lie within one vector's length of the row, they are loaded as a vector
                // (from the sample `from` on) and permuted; where not, as with a map narrower than a vector or finer than the photo, one by one.
                int last = v + TLanes.Count - 1;
                int from = Math.Min(left[v], width - TLanes.Count);
                int to = Math.Min(right[v], width - TLanes.Count);
                bool isNear = from >= 0 && left[last] - from < TLanes.Count && right[last] - to < TLanes.Count;
                for (int i = v; isNear && i <= last; i++)
                {
                    picks[i] = left[i] - from;
                    picks[Lanes + i] = right[i] - to;
                }

                float* source = pair.Top;
                float* target = upper + v;
                while (true)
                {
                    if (isNear)
                    {
                        TVector weight = TLanes.Load(weights + v);
                        ExpandRow<TVector, TLanes>(
                            source + from, source + to, pair.ClassStride, classes, picks + v, picks + Lanes + v, weight, target);
                    }
                    else
                    {
                        ExpandSingly(source, pair.ClassStride, classes, left + v, right + v, weights + v, TLanes.Count, target);
                    }

                    if (source == pair.Bottom)
                    {
                        break;
                    }

                    source = pair.Bottom;
                    target = lower + v;
                }
            }
        }
    }

    /// <summary>a + weight (b - a).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Lerp<TVector, TLanes>(TVector a, TVector b, TVector weight)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => TLanes.MultiplyAdd(weight, TLanes.Subtract(b, a), a);

    /// <summary>The logits of chosen pixels as columns: target[c * stride + i] for site i.</summary>
    /// <param name="sampler">The map and its grid.</param>
    /// <param name="rows">Over the same map.</param>
    /// <param name="sites">Linear indices of pixels; fastest in row-major order.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="target">[classes, stride], of which the first <paramref name="count"/> columns are written; later ones may be, with logits of other pixels.</param>
    /// <param name="stride">Floats from one class to the next.</param>
    /// <param name="scratch">[2, classes, lanes].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<TVector, TLanes>(
        LogitSampler sampler, LogitRows rows, int* sites, int count, float* target, int stride, float* scratch)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int classes = sampler.Map.Classes;
        int width = sampler.Width;
        float* upper = scratch;
        float* lower = scratch + (classes * Lanes);
        int* columns = stackalloc int[Lanes];
        int y = -1;
        int rowStart = 0;
        LogitRowPair pair = default;
        float weight = 0;
        for (int i = 0; i < count;)
        {
            if (y < 0 || (uint)(sites[i] - rowStart) >= (uint)width)
            {
                y = sites[i] / width;
                rowStart = y * width;
                (int top, int bottom, weight) = sampler.Grid.LocateRow(y);

                // Sites in row order: those up to here are likely to lie in rows between the same two.
                int ahead = Math.Min(i + (4 * Lanes), count) - 1;
                bool areMany = ahead - i >= Lanes && (uint)(sites[ahead] - rowStart) < 4u * (uint)width;
                pair = rows.Between(top, bottom, areMany ? int.MaxValue : 1);
            }

            // The tile that holds this site holds the sites that follow it, up to the first one beyond the tile: all are read from it at once.
            int x = (sites[i] - rowStart) & -Lanes;
            Expand<TVector, TLanes>(sampler, pair, x, upper, lower);
            Mix<TVector, TLanes>(upper, pair.Bottom == pair.Top ? upper : lower, weight, classes);
            int limit = Math.Min(x + Lanes, width);
            int found = 0;
            do
            {
                columns[found] = sites[i + found] - rowStart - x;
                found++;
            }
            while (i + found < count && sites[i + found] - rowStart >= x && sites[i + found] - rowStart < limit);
            PickColumns<TVector, TLanes>(upper, columns, found, classes, target + i, stride, stride - i);
            i += found;
        }
    }

    /// <summary>[sites, classes]; the sizes fit.</summary>
    public static void Gather(LogitSampler sampler, SiteSet sites, float[] rows, Workers workers) =>
        workers.For(sites.Count, BlockSites, (_, start, end) =>
        {
            fixed (float* map = sampler.Map.Values, target = rows)
            fixed (int* indices = sites.Indices)
            {
                var loop = new RowLoop(sampler, map, indices, start, end, target);
                Simd.Run(Simd.Default, ref loop);
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix<TVector, TLanes>(float* upper, float* lower, float weight, int classes)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector share = TLanes.Create(weight);
        for (int i = 0; i < classes * Lanes; i += TLanes.Count)
        {
            TLanes.Store(Lerp<TVector, TLanes>(TLanes.Load(upper + i), TLanes.Load(lower + i), share), upper + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExpandRow<TVector, TLanes>(
        float* from, float* to, long plane, int classes, int* leftPicks, int* rightPicks, TVector weight, float* tile)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        for (int c = 0; c < classes; c++)
        {
            TVector a = TLanes.Pick(from, leftPicks);
            TVector b = TLanes.Pick(to, rightPicks);
            TLanes.Store(Lerp<TVector, TLanes>(a, b, weight), tile + (c * Lanes));
            from += plane;
            to += plane;
        }
    }

    private static void ExpandSingly(float* source, long plane, int classes, int* left, int* right, float* weights, int count, float* tile)
    {
        for (int c = 0; c < classes; c++)
        {
            for (int i = 0; i < count; i++)
            {
                tile[(c * Lanes) + i] = Lerp<float, Lanes1>(source[left[i]], source[right[i]], weights[i]);
            }

            source += plane;
        }
    }

    // target[c, 0..found) = tile[c, columns]. Vectors that hold a whole tile's row pick them at once where there is room for what they store beyond.
    private static void PickColumns<TVector, TLanes>(float* tile, int* columns, int found, int classes, float* target, int stride, int room)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        if (TLanes.Count == Lanes && room >= Lanes)
        {
            for (int c = 0; c < classes; c++)
            {
                TLanes.Store(TLanes.Pick(tile + (c * Lanes), columns), target + (c * stride));
            }

            return;
        }

        for (int c = 0; c < classes; c++)
        {
            for (int i = 0; i < found; i++)
            {
                target[(c * stride) + i] = tile[(c * Lanes) + columns[i]];
            }
        }
    }

    private readonly struct RowLoop(LogitSampler sampler, float* map, int* sites, int start, int end, float* rows) : ISimdLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int classes = sampler.Map.Classes;
            float* buffer = stackalloc float[(2 * classes * Lanes) + (classes * ChunkSites) + ClassRows.AlignmentSlack];
            float* scratch = ClassRows.Align(buffer);
            float* columns = scratch + (2 * classes * Lanes);
            using LogitRows mapRows = new(sampler.Map, map);
            for (int first = start; first < end; first += ChunkSites)
            {
                int count = Math.Min(ChunkSites, end - first);
                Gather<TVector, TLanes>(sampler, mapRows, sites + first, count, columns, ChunkSites, scratch);
                for (int i = 0; i < count; i++)
                {
                    for (int c = 0; c < classes; c++)
                    {
                        rows[((long)(first + i) * classes) + c] = columns[(c * ChunkSites) + i];
                    }
                }
            }
        }
    }
}
