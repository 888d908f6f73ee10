using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>The kernel maps of one convolution, both directions; null maps are the identity.</summary>
internal readonly record struct ConvolutionMaps
{
    public int InputRows { get; private init; }

    public int OutputRows { get; private init; }

    /// <summary>[output rows, taps].</summary>
    public int[]? Forward { get; private init; }

    public int[]? ForwardOrder { get; private init; }

    /// <summary>[input rows, taps].</summary>
    public int[]? Transposed { get; private init; }

    public int[]? TransposedOrder { get; private init; }

    /// <summary>Whether <see cref="Transposed"/> counts its taps backwards: a neighbour's neighbour at the opposite offset is the site itself.</summary>
    public bool IsMirrored { get; private init; }

    public static ConvolutionMaps Identity(int rows) => new() { InputRows = rows, OutputRows = rows };

    public static ConvolutionMaps Submanifold(SiteLevel level) => new()
    {
        InputRows = level.Sites.Count,
        OutputRows = level.Sites.Count,
        Forward = level.Neighbors,
        Transposed = level.Neighbors,
        IsMirrored = true,
    };

    public static ConvolutionMaps Down(SiteLevel fine, SiteLevel coarse)
    {
        RequirePair(fine, coarse);
        return new()
        {
            InputRows = fine.Sites.Count,
            OutputRows = coarse.Sites.Count,
            Forward = fine.Down,
            Transposed = fine.Up,
            TransposedOrder = fine.UpOrder,
        };
    }

    public static ConvolutionMaps Up(SiteLevel fine, SiteLevel coarse)
    {
        RequirePair(fine, coarse);
        return new()
        {
            InputRows = coarse.Sites.Count,
            OutputRows = fine.Sites.Count,
            Forward = fine.Up,
            ForwardOrder = fine.UpOrder,
            Transposed = fine.Down,
        };
    }

    private static void RequirePair(SiteLevel fine, SiteLevel coarse)
    {
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentNullException.ThrowIfNull(coarse);
        if (fine.Down == null || fine.Down.Length != coarse.Sites.Count * 9)
        {
            throw new ArgumentException("coarse: expected the next level of the same pyramid", nameof(coarse));
        }
    }
}
