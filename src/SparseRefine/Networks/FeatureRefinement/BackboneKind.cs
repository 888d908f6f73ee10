namespace SparseRefine.Networks;

/// <summary>What the four stages of a <see cref="FeatureRefinementNetwork"/> are made of.</summary>
public enum BackboneKind
{
    /// <summary>Residual blocks of two 3x3 convolutions: the cheapest to run on a CPU.</summary>
    Light,

    /// <summary>
    /// Large-kernel attention (Guo et al., arXiv 2202.09741): a gate from depthwise 5x5, depthwise 7x7 of dilation 3 and 1x1, then a
    /// perceptron with a depthwise 3x3.
    /// </summary>
    LargeKernel,

    /// <summary>
    /// ResNet-18 (He et al., arXiv 1512.03385) of 64 to 512 channels, 16 M parameters, which starts from weights that know ImageNet: for few
    /// photos, at four to five times the multiply-adds of <see cref="Light"/>. Channels and blocks are its own.
    /// </summary>
    ResNet18,
}
