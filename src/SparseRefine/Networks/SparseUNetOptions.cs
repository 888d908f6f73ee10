namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="SparseUNet"/>. Immutable.</summary>
internal sealed class SparseUNetOptions : RefinerShape
{
    /// <summary>Channels to which the dense model's inner features are reduced unless a file says otherwise: one vector of 512 bits.</summary>
    public const int StandardFeatureChannels = 16;

    public SparseUNetOptions(
        int inputChannels,
        int classes,
        IReadOnlyList<int>? planes = null,
        int reps = 2,
        float dropout = 0,
        int? probabilityColumn = null,
        int coarseFeatures = 0,
        int featureChannels = StandardFeatureChannels)
        : base(inputChannels, classes, planes, reps, dropout)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(coarseFeatures);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureChannels, 1);
        if (probabilityColumn is int column && !(column >= 0 && column + (long)classes <= inputChannels))
        {
            throw new ArgumentException(
                $"probabilityColumn: expected {classes} channels from it on within {inputChannels}, got {column}", nameof(probabilityColumn));
        }

        ProbabilityColumn = probabilityColumn;
        CoarseFeatures = coarseFeatures;
        FeatureChannels = coarseFeatures == 0 ? 0 : featureChannels;
    }

    /// <summary>
    /// First of the input channels that are the dense model's class probabilities p, one a class. Where given, the network's answer is
    /// ln max(p, 1e-10), which is the dense answer, plus what its last layer gives, and that layer's weights start at 0. Null: the last layer alone.
    /// </summary>
    public int? ProbabilityColumn { get; }

    /// <summary>Channels of the dense model's inner features that the network reads beside its input; 0: none.</summary>
    public int CoarseFeatures { get; }

    /// <summary>Channels to which a linear layer reduces them, and which the stem reads behind the input; 0 where there are none.</summary>
    public int FeatureChannels { get; }
}
