using SparseRefine.Grids;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>
/// The kernel maps of one convolution in both directions. Where both maps are null and <see cref="IsGrid"/> is false, output row i reads input row i
/// (a 1x1 convolution).
/// </summary>
internal readonly record struct ConvolutionMaps
{
    public int InputRows { get; private init; }

    public int OutputRows { get; private init; }

    /// <summary>For each output row, the input row at each tap.</summary>
    public KernelMap? Forward { get; private init; }

    /// <summary>For each input row, the output row that reads it through each tap: the map of the backward step.</summary>
    public KernelMap? Transposed { get; private init; }

    /// <summary>
    /// Whether <see cref="Transposed"/> is <see cref="Forward"/> with its taps in reverse order, so that no second map is stored. It is at stride 1: where j is
    /// i's neighbour at offset d, i is j's at -d.
    /// </summary>
    public bool IsMirrored { get; private init; }

    /// <summary>Whether every pixel of a grid is active: the maps are not stored then.</summary>
    public bool IsGrid { get; private init; }

    /// <summary>On a grid, how rows are found; null where output row i reads input row i.</summary>
    public GridMap? Grid { get; private init; }

    public static ConvolutionMaps Pointwise(GridShape shape) => new() { InputRows = shape.Rows, OutputRows = shape.Rows, IsGrid = true };

    public static ConvolutionMaps Of(GridMap map) => new()
    {
        InputRows = map.Input.Rows,
        OutputRows = map.Output.Rows,
        IsGrid = true,
        Grid = map,
    };

    public static ConvolutionMaps Identity(int rows) => new() { InputRows = rows, OutputRows = rows };

    public static ConvolutionMaps Submanifold(SiteLevel level) => new()
    {
        InputRows = level.Count,
        OutputRows = level.Count,
        Forward = level.Neighbors,
        Transposed = level.Neighbors,
        IsMirrored = true,
    };

    public static ConvolutionMaps Down(SiteLevel fine, SiteLevel coarse)
    {
        RequirePair(fine, coarse);
        return new()
        {
            InputRows = fine.Count,
            OutputRows = coarse.Count,
            Forward = fine.Down,
            Transposed = fine.Up,
        };
    }

    public static ConvolutionMaps Up(SiteLevel fine, SiteLevel coarse)
    {
        RequirePair(fine, coarse);
        return new()
        {
            InputRows = coarse.Count,
            OutputRows = fine.Count,
            Forward = fine.Up,
            Transposed = fine.Down,
        };
    }

    private static void RequirePair(SiteLevel fine, SiteLevel coarse)
    {
        if (fine.Down == null || fine.Down.Rows != coarse.Count)
        {
            throw new ArgumentException("coarse: expected the next level of the same pyramid", nameof(coarse));
        }
    }
}
