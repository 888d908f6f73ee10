namespace SparseRefine.MLNet;

/// <summary>What can be seen of a photo and its answers, in the order of the work.</summary>
public enum PhotoLayer
{
    /// <summary>The photo.</summary>
    Photo,

    /// <summary>The dense model's answer over the photo.</summary>
    LowResolution,

    /// <summary>The selected pixels on a dark photo.</summary>
    Selected,

    /// <summary>The refined answer over the photo.</summary>
    Refined,
}
