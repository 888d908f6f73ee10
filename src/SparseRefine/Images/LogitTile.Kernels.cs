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

    /// <summary>Row <paramref name="row"/> of the map brought to the picture's columns from <paramref name="x"/> on.</summary>
    /// <param name="sampler">The map and its grid.</param>
    /// <param name="map">The map's values, pinned.</param>
    /// <param name="row">Row of the map.</param>
    /// <param name="x">First column of the tile, a multiple of <see cref="ClassRows.Lanes"/>.</param>
    /// <param name="tile">[classes, lanes].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expand<TVector, TLanes>(LogitSampler sampler, float* map, int row, int x, float* tile)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        LogitGrid grid = sampler.Grid;
        int width = grid.MapWidth;
        long plane = (long)grid.MapHeight * width;
        int classes = sampler.Map.Classes;
        float* source = map + ((long)row * width);
        int* picks = stackalloc int[2 * Lanes];
        fixed (int* left = &grid.Left[x], right = &grid.Right[x])
        fixed (float* weights = &grid.Weights[x])
        {
            for (int v = 0; v < Lanes; v += TLanes.Count)
            {
                // Windows of one vector from which all lanes pick. They do not reach beyond the row, and hold all samples unless the map
                // is narrower than a vector or finer than the picture.
                int last = v + TLanes.Count - 1;
                int from = Math.Min(left[v], width - TLanes.Count);
                int to = Math.Min(right[v], width - TLanes.Count);
                TVector weight = TLanes.Load(weights + v);
                if (from < 0 || left[last] - from >= TLanes.Count || right[last] - to >= TLanes.Count)
                {
                    ExpandSingly(source, plane, classes, left, right, weights, v, TLanes.Count, tile);
                    continue;
                }

                for (int i = v; i <= last; i++)
                {
                    picks[i] = left[i] - from;
                    picks[Lanes + i] = right[i] - to;
                }

                float* at = source;
                for (int c = 0; c < classes; c++)
                {
                    TVector a = TLanes.Pick(at + from, picks + v);
                    TVector b = TLanes.Pick(at + to, picks + Lanes + v);
                    TLanes.Store(Lerp<TVector, TLanes>(a, b, weight), tile + (c * Lanes) + v);
                    at += plane;
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
    /// <param name="map">The map's values, pinned.</param>
    /// <param name="sites">Linear indices of pixels; fastest in row-major order.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="target">[classes, stride], of which the first <paramref name="count"/> columns are written.</param>
    /// <param name="stride">Floats from one class to the next.</param>
    /// <param name="scratch">[2, classes, lanes].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<TVector, TLanes>(
        LogitSampler sampler, float* map, int* sites, int count, float* target, int stride, float* scratch)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int classes = sampler.Map.Classes;
        int width = sampler.Width;
        float* upper = scratch;
        float* lower = scratch + (classes * Lanes);
        int y = -1;
        int rowStart = 0;
        (int top, int bottom, float weight) = (0, 0, 0f);
        for (int i = 0; i < count;)
        {
            if (y < 0 || (uint)(sites[i] - rowStart) >= (uint)width)
            {
                y = sites[i] / width;
                rowStart = y * width;
                (top, bottom, weight) = sampler.Grid.LocateRow(y);
            }

            // All following sites of the same tile come with it.
            int x = (sites[i] - rowStart) & -Lanes;
            Expand<TVector, TLanes>(sampler, map, top, x, upper);
            if (bottom != top)
            {
                Expand<TVector, TLanes>(sampler, map, bottom, x, lower);
            }

            Mix<TVector, TLanes>(upper, bottom == top ? upper : lower, weight, classes);
            int limit = Math.Min(x + Lanes, width);
            do
            {
                float* column = upper + (sites[i] - rowStart - x);
                for (int c = 0; c < classes; c++)
                {
                    target[(c * stride) + i] = column[c * Lanes];
                }

                i++;
            }
            while (i < count && sites[i] - rowStart >= x && sites[i] - rowStart < limit);
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

    private static void ExpandSingly(
        float* source, long plane, int classes, int* left, int* right, float* weights, int first, int count, float* tile)
    {
        for (int c = 0; c < classes; c++)
        {
            for (int i = first; i < first + count; i++)
            {
                tile[(c * Lanes) + i] = Lerp<float, Lanes1>(source[left[i]], source[right[i]], weights[i]);
            }

            source += plane;
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
            for (int first = start; first < end; first += ChunkSites)
            {
                int count = Math.Min(ChunkSites, end - first);
                Gather<TVector, TLanes>(sampler, map, sites + first, count, columns, ChunkSites, scratch);
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
