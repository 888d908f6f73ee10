namespace SparseRefine.Images;

/// <summary>How one pixel's bytes follow each other.</summary>
public enum PixelOrder
{
    /// <summary>Three bytes: red, green, blue.</summary>
    Rgb24,

    /// <summary>Four bytes: red, green, blue, alpha. Alpha is ignored.</summary>
    Rgba32,

    /// <summary>Four bytes: blue, green, red, alpha. Alpha is ignored.</summary>
    Bgra32,
}
