namespace SparseRefine.Networks;

/// <summary>What the refiner may see of a selected pixel.</summary>
internal enum FeatureKind
{
    /// <summary>Text <c>rgb</c>: red, green, blue as (value - mean) / deviation with the ImageNet statistics.</summary>
    Rgb,

    /// <summary>Text <c>xy</c>: column and row, -1 at the first and 1 at the last; 0 where there is only one.</summary>
    Xy,

    /// <summary>Text <c>p</c>: the dense model's probabilities, softmax of the interpolated logits.</summary>
    Probabilities,

    /// <summary>Text <c>pt</c>: 1 where a probability exceeds the threshold, else 0.</summary>
    Thresholded,
}
