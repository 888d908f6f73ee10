namespace SparseRefine.MLNet;

/// <summary>What one layer makes of a photo's pixels. <see cref="SkiaImages.Paint{TInk}"/> asks for each pixel once, in row-major order.</summary>
internal interface IPixelInk
{
    /// <summary>The painted pixel: blue in the lowest byte, then green, red and 255.</summary>
    /// <param name="pixel">The pixel's place, row x width + column.</param>
    /// <param name="red">The photo's red, 0 to 255.</param>
    /// <param name="green">Its green.</param>
    /// <param name="blue">Its blue.</param>
    uint Of(int pixel, uint red, uint green, uint blue);
}
