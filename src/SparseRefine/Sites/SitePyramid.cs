using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>
/// A site set and its halvings: the sites of level i + 1 are the distinct (floor(y / 2), floor(x / 2)) of level i, on a grid of
/// ceil(height / 2) x ceil(width / 2), in row-major order. Immutable, safe to share between threads. Its buffers are pooled: disposing of it
/// gives them to the next pyramid; one that is not disposed of costs its memory until it is collected.
/// </summary>
internal sealed class SitePyramid : IDisposable
{
    private readonly SiteLevel[] _levels;

    private SitePyramid(SiteLevel[] levels) => _levels = levels;

    /// <summary>Finest level first.</summary>
    public IReadOnlyList<SiteLevel> Levels => _levels;

    /// <summary>Builds all levels and their kernel maps. Takes about two bits a pixel and 120 bytes a site.</summary>
    /// <param name="finest">Sites of level 0, any order; may be empty.</param>
    /// <param name="levels">Levels to build, at least 1.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>The pyramid.</returns>
    public static SitePyramid Build(SiteSet finest, int levels, Workers workers) => Build(finest, levels, workers, null);

    internal static SitePyramid Build(SiteSet finest, int levels, Workers workers, BufferPool? pool)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        SiteLevel[] built = new SiteLevel[levels];
        SiteBits bits = SiteBits.Of(finest, workers, pool);
        int[]? rows = finest.IsAscending ? null : RowsByRank(finest, bits);
        for (int i = 0; i < levels; i++)
        {
            SiteSet? sites = i == 0 ? finest : null;
            KernelMap neighbors = KernelMapBuilder.Gather(bits, bits, 1, workers);
            KernelMapBuilder.Rename(neighbors, rows, rows);
            if (i == levels - 1)
            {
                built[i] = new SiteLevel(sites, bits, neighbors, null, null);
                break;
            }

            SiteBits half = bits.Halve();
            KernelMap down = KernelMapBuilder.Gather(half, bits, 2, workers);
            KernelMapBuilder.Rename(down, null, rows);
            KernelMap up = KernelMapBuilder.Scatter(bits, half, workers);
            KernelMapBuilder.Rename(up, rows, null);
            built[i] = new SiteLevel(sites, bits, neighbors, down, up);
            bits = half;
            rows = null;
        }

        return new SitePyramid(built);
    }

    /// <summary>Gives the buffers back. The pyramid must not be in use, nor be used again.</summary>
    public void Dispose()
    {
        foreach (SiteLevel level in _levels)
        {
            level.Return();
        }
    }

    private static int[] RowsByRank(SiteSet sites, SiteBits bits)
    {
        int[] rows = new int[sites.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            (int line, int x) = Math.DivRem(sites.Indices[i], sites.Width);
            rows[bits.Rank(line / sites.Height, line % sites.Height, x)] = i;
        }

        return rows;
    }
}
