namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="FineColumn"/>. Immutable.</summary>
internal sealed class FineColumnOptions : RefinerShape
{
    public FineColumnOptions(
        int inputChannels,
        int classes,
        IReadOnlyList<int>? planes = null,
        int reps = 1,
        bool hasResiduals = false,
        int coarseFeatures = 0,
        float dropout = 0)
        : base(inputChannels, classes, planes, reps, dropout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(coarseFeatures);
        HasResiduals = hasResiduals;
        CoarseFeatures = coarseFeatures;
    }

    /// <summary>Whether units are residual, of two convolutions each; the paper removes this from its fine column.</summary>
    public bool HasResiduals { get; }

    /// <summary>Channels of the dense model's inner features that come in beside its scores; 0: none.</summary>
    public int CoarseFeatures { get; }
}
