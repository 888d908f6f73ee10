namespace Microsoft.ML.Data;

/// <summary>How one pixel's bytes follow each other.</summary>
public enum MLPixelFormat
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Blue, green, red, alpha.</summary>
    Bgra32 = 1,

    /// <summary>Red, green, blue, alpha.</summary>
    Rgba32 = 2,
}
