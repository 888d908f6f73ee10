namespace SparseRefine.MLNet;

/// <summary>A TIFF page as numbers.</summary>
/// <param name="Values">The stored numbers, row-major as stored; null for a page of colors.</param>
/// <param name="Palette">Red, green, blue of the palette's colors; empty for gray.</param>
internal sealed record TiffNumbers(ushort[]? Values, byte[] Palette);
