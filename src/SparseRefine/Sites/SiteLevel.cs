namespace SparseRefine.Sites;

/// <summary>
/// One level of a <see cref="SitePyramid"/>: its sites and, inside the engine, the kernel maps of the 3x3 layers that touch it. Immutable;
/// usable until its pyramid is disposed of.
/// </summary>
internal sealed class SiteLevel
{
    private readonly SiteBits _bits;

    internal SiteLevel(SiteSet? sites, SiteBits bits, KernelMap neighbors, KernelMap? down, KernelMap? up)
    {
        _bits = bits;
        Sites = sites!;
        Neighbors = neighbors;
        Down = down;
        Up = up;
    }

    /// <summary>Number of sites.</summary>
    public int Count => Neighbors.Rows;

    /// <summary>The sites of this level; those of coarser levels are listed when first asked for.</summary>
    public SiteSet Sites
    {
        get => field ??= new SiteSet(_bits.Indices(), _bits.Images, _bits.Height, _bits.Width);
        private init;
    }

    /// <summary>From this level onto itself: the row at (y + ky - 1, x + kx - 1) of the same image.</summary>
    internal KernelMap Neighbors { get; }

    /// <summary>From this level onto the next: the row at (2Y + ky - 1, 2X + kx - 1). Null on the last level.</summary>
    internal KernelMap? Down { get; }

    /// <summary>From the next level onto this one, the transpose of <see cref="Down"/>. Null on the last level.</summary>
    internal KernelMap? Up { get; }

    internal void Return()
    {
        _bits.Return();
        Neighbors.Return();
        Down?.Return();
        Up?.Return();
    }
}
