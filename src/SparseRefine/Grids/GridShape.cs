namespace SparseRefine.Grids;

/// <summary>
/// A stack of equally large images in which every pixel is active: row (image * Height + y) * Width + x of a feature matrix is a pixel.
/// </summary>
/// <param name="Images">Images.</param>
/// <param name="Height">Rows of each.</param>
/// <param name="Width">Columns of each.</param>
internal readonly record struct GridShape(int Images, int Height, int Width)
{
    /// <summary>All pixels: rows of the feature matrix.</summary>
    public int Rows => checked(Images * Height * Width);

    /// <summary>Pixels of one image.</summary>
    public int Pixels => Height * Width;

    /// <summary>What a 3x3 layer of stride 2 and padding 1 makes of it: half the sides, rounded up.</summary>
    public GridShape Half => this with { Height = (Height + 1) / 2, Width = (Width + 1) / 2 };

    /// <inheritdoc/>
    public override string ToString() => $"{Images}x{Height}x{Width}";
}
