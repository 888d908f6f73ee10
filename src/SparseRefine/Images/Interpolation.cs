namespace SparseRefine.Images;

/// <summary>How a map is read between its samples. Sample centres lie at (i + 0.5) / size (align_corners = false).</summary>
public enum Interpolation
{
    /// <summary>The sample whose cell holds the pixel's centre.</summary>
    Nearest,

    /// <summary>Linear in both directions between the four nearest samples, edges repeated.</summary>
    Bilinear,

    /// <summary>The mean of the covered area; for shrinking photos.</summary>
    Area,
}
