namespace SparseRefine.Images;

/// <summary>Height and width of a picture file, as its header says.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct PictureSize(int Height, int Width)
{
    /// <summary>Number of pixels.</summary>
    public long Pixels => (long)Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}
