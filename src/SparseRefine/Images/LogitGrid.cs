using SparseRefine.Kernels;

namespace SparseRefine.Images;

/// <summary>
/// Which samples of a logit map each column and row of a photo lies between, and how far: all that depends on sizes only. Immutable.
/// </summary>
internal sealed class LogitGrid
{
    /// <summary>Computes all columns.</summary>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <param name="mode">Nearest or bilinear.</param>
    public LogitGrid(int mapHeight, int mapWidth, int height, int width, Interpolation mode)
    {
        MapHeight = mapHeight;
        MapWidth = mapWidth;
        Height = height;
        Width = width;
        Mode = mode;

        // Padded columns repeat the last one, so that kernels run whole tiles without a tail.
        int padded = ClassRows.Pad(width);
        Left = new int[padded];
        Right = new int[padded];
        Weights = new float[padded];
        List<int> cells = [];
        for (int x = 0; x < padded; x++)
        {
            (Left[x], Right[x], Weights[x]) = Locate(Math.Min(x, width - 1), mapWidth, width, mode);
            if (x < width && (x == 0 || Left[x] != Left[x - 1] || Right[x] != Right[x - 1]))
            {
                cells.Add(x);
            }
        }

        cells.Add(width);
        Cells = [.. cells];
    }

    public int MapHeight { get; }

    public int MapWidth { get; }

    public int Height { get; }

    public int Width { get; }

    public Interpolation Mode { get; }

    /// <summary>[padded width]: the map's column at or before each column of the photo; never falls.</summary>
    public int[] Left { get; }

    /// <summary>[padded width]: the map's column after it, or the same one at the border and in nearest mode.</summary>
    public int[] Right { get; }

    /// <summary>[padded width]: share of <see cref="Right"/>, 0 to 1.</summary>
    public float[] Weights { get; }

    /// <summary>The first column of each run of columns with the same two samples, then the width.</summary>
    public int[] Cells { get; }

    /// <summary>Whether this is the grid for these sizes.</summary>
    public bool Fits(LogitMap map, int height, int width, Interpolation mode) =>
        map.Height == MapHeight && map.Width == MapWidth && height == Height && width == Width && mode == Mode;

    /// <summary>The two source rows of row <paramref name="y"/> and the second one's weight.</summary>
    public (int Top, int Bottom, float Weight) LocateRow(int y) => Locate(y, MapHeight, Height, Mode);

    private static (int First, int Second, float Weight) Locate(int i, int source, int target, Interpolation mode)
    {
        if (mode == Interpolation.Nearest)
        {
            // floor((i + 0.5) source / target) in whole numbers, so that no rounding moves a cell's border.
            int nearest = (int)((2L * i + 1) * source / (2L * target));
            return (nearest, nearest, 0f);
        }

        double s = Math.Clamp((i + 0.5) * source / target - 0.5, 0.0, source - 1.0);
        int first = (int)s;
        return (first, Math.Min(first + 1, source - 1), (float)(s - first));
    }
}
