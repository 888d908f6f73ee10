namespace SparseRefine.MLNet;

/// <summary>Height and width of a photo as it is meant to be seen: behind the orientation that its file asks for.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct PhotoSize(int Height, int Width)
{
    /// <summary>Number of pixels.</summary>
    public long Pixels => (long)Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}
