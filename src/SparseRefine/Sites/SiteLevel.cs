namespace SparseRefine.Sites;

/// <summary>
/// One level of a <see cref="SitePyramid"/>: its sites and the kernel maps of the 3x3 layers that touch it. A map has nine
/// entries an output site, tap = 3 * ky + kx, each the row of the input site or -1 where there is none. Immutable.
/// </summary>
public sealed class SiteLevel
{
    internal SiteLevel(SiteSet sites, int[] neighbors, int[]? down, int[]? up, int[]? upOrder)
    {
        Sites = sites;
        Neighbors = neighbors;
        Down = down;
        Up = up;
        UpOrder = upOrder;
    }

    /// <summary>The sites of this level.</summary>
    public SiteSet Sites { get; }

    /// <summary>[count, 9]: this level's row at (y + ky - 1, x + kx - 1) of the same picture.</summary>
    public int[] Neighbors { get; }

    /// <summary>[count of the next level, 9]: this level's row at (2Y + ky - 1, 2X + kx - 1). Null on the last level.</summary>
    public int[]? Down { get; }

    /// <summary>[count, 9], the transpose of <see cref="Down"/>: the next level's row that reads this site through the tap. Null on the last level.</summary>
    public int[]? Up { get; }

    /// <summary>This level's rows sorted by parity of (y, x): rows beside each other use the same taps of <see cref="Up"/>.</summary>
    internal int[]? UpOrder { get; }
}
