using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>
/// A site set and its halvings: the sites of level i + 1 are the distinct (floor(y / 2), floor(x / 2)) of level i, on a grid of
/// ceil(height / 2) x ceil(width / 2), in row-major order. Immutable, safe to share between threads.
/// </summary>
public sealed class SitePyramid
{
    private const int BlockRows = 4096;

    private SitePyramid(SiteLevel[] levels) => Levels = levels;

    /// <summary>Finest level first.</summary>
    public IReadOnlyList<SiteLevel> Levels { get; }

    /// <summary>Builds all levels and their kernel maps. Takes one int a pixel of the grid as working memory.</summary>
    /// <param name="finest">Sites of level 0, any order; may be empty.</param>
    /// <param name="levels">Levels to build, at least 1.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>The pyramid.</returns>
    public static SitePyramid Build(SiteSet finest, int levels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(finest);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        SiteLevel[] built = new SiteLevel[levels];
        SiteSet sites = finest;
        int[] grid = IndexGrid(sites);
        for (int i = 0; i < levels; i++)
        {
            int[] neighbors = Gather(sites, 1, sites, grid, workers);
            if (i == levels - 1)
            {
                built[i] = new SiteLevel(sites, neighbors, null, null, null);
                break;
            }

            SiteSet coarse = Halve(sites);
            int[] coarseGrid = IndexGrid(coarse);
            int[] down = Gather(coarse, 2, sites, grid, workers);
            int[] up = Scatter(sites, coarse, coarseGrid, workers);
            built[i] = new SiteLevel(sites, neighbors, down, up, ParityOrder(sites));
            sites = coarse;
            grid = coarseGrid;
        }

        return new SitePyramid(built);
    }

    private static int[] IndexGrid(SiteSet sites)
    {
        int[] grid = new int[sites.Images * sites.Height * sites.Width];
        for (int i = 0; i < sites.Count; i++)
        {
            grid[sites.Indices[i]] = i + 1; // 0 stays "no site"
        }

        return grid;
    }

    private static SiteSet Halve(SiteSet sites)
    {
        int height = (sites.Height + 1) / 2;
        int width = (sites.Width + 1) / 2;
        bool[] taken = new bool[sites.Images * height * width];
        int count = 0;
        foreach (int index in sites.Indices)
        {
            (int line, int x) = Math.DivRem(index, sites.Width);
            (int image, int y) = Math.DivRem(line, sites.Height);
            ref bool cell = ref taken[(((image * height) + (y / 2)) * width) + (x / 2)];
            count += cell ? 0 : 1;
            cell = true;
        }

        int[] indices = new int[count];
        int next = 0;
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i])
            {
                indices[next++] = i;
            }
        }

        return new SiteSet(indices, sites.Images, height, width);
    }

    private static int[] Gather(SiteSet outputs, int stride, SiteSet inputs, int[] grid, Workers workers)
    {
        int[] map = new int[checked(outputs.Count * 9)];
        int height = inputs.Height;
        int width = inputs.Width;
        workers.For(outputs.Count, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int line, int x) = Math.DivRem(outputs.Indices[i], outputs.Width);
                (int image, int y) = Math.DivRem(line, outputs.Height);
                for (int tap = 0; tap < 9; tap++)
                {
                    int yy = (y * stride) + (tap / 3) - 1;
                    int xx = (x * stride) + (tap % 3) - 1;
                    bool inside = (uint)yy < (uint)height && (uint)xx < (uint)width;
                    map[(i * 9) + tap] = inside ? grid[(((image * height) + yy) * width) + xx] - 1 : -1;
                }
            }
        });
        return map;
    }

    // Fine y = 2Y + ky - 1, so ky = y - 2Y + 1: an even y is read through ky = 1 only, an odd y through 2 (Y = y / 2) and 0 (Y = y / 2 + 1).
    private static int[] Scatter(SiteSet fine, SiteSet coarse, int[] grid, Workers workers)
    {
        int[] map = new int[checked(fine.Count * 9)];
        workers.For(fine.Count, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int line, int x) = Math.DivRem(fine.Indices[i], fine.Width);
                (int image, int y) = Math.DivRem(line, fine.Height);
                for (int tap = 0; tap < 9; tap++)
                {
                    int yy = y + 1 - (tap / 3);
                    int xx = x + 1 - (tap % 3);
                    bool inside = ((yy | xx) & 1) == 0 && (uint)(yy / 2) < (uint)coarse.Height && (uint)(xx / 2) < (uint)coarse.Width;
                    map[(i * 9) + tap] = inside ? grid[(((image * coarse.Height) + (yy / 2)) * coarse.Width) + (xx / 2)] - 1 : -1;
                }
            }
        });
        return map;
    }

    private static int[] ParityOrder(SiteSet sites)
    {
        int[] order = new int[sites.Count];
        int next = 0;
        for (int parity = 0; parity < 4; parity++)
        {
            for (int i = 0; i < sites.Count; i++)
            {
                (int line, int x) = Math.DivRem(sites.Indices[i], sites.Width);
                int y = line % sites.Height;
                if (((y & 1) * 2) + (x & 1) == parity)
                {
                    order[next++] = i;
                }
            }
        }

        return order;
    }
}
