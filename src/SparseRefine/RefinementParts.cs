namespace SparseRefine;

/// <summary>What a <see cref="RefinementResult"/> is to hold beside the labels. Each part takes memory of its own, which is the caller's.</summary>
[Flags]
public enum RefinementParts
{
    /// <summary>The labels alone.</summary>
    None = 0,

    /// <summary>The selected pixels and the dense labels: 4 bytes a selected pixel and 1 byte a pixel.</summary>
    Selection = 1,

    /// <summary>The sparse network's logits: 4 bytes a class and selected pixel, and 4 bytes a selected pixel.</summary>
    SparseLogits = 2,
}
