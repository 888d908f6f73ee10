namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="FineColumn"/>. Immutable.</summary>
internal sealed class FineColumnOptions
{
    /// <summary>Checks and keeps the values.</summary>
    /// <param name="inputChannels">Features a site, at least 1.</param>
    /// <param name="classes">Classes, at least 2.</param>
    /// <param name="planes">Channels of each level, finest first; null is 16, 32, 64.</param>
    /// <param name="reps">Units a level and direction, at least 1.</param>
    /// <param name="hasResiduals">Whether units are residual, of two convolutions each; the paper removes this from its fine column.</param>
    /// <param name="coarseFeatures">Channels of the dense model's inner features that come in beside its scores; 0: none.</param>
    /// <param name="dropout">Share of features dropped before the last layer in training, 0 to below 1.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public FineColumnOptions(
        int inputChannels,
        int classes,
        IReadOnlyList<int>? planes = null,
        int reps = 1,
        bool hasResiduals = false,
        int coarseFeatures = 0,
        float dropout = 0)
    {
        // The same ranges as the other network's.
        SparseUNetOptions shared = new(inputChannels, classes, planes, reps, dropout);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(coarseFeatures);
        InputChannels = inputChannels;
        Classes = classes;
        Planes = shared.Planes;
        Reps = reps;
        HasResiduals = hasResiduals;
        CoarseFeatures = coarseFeatures;
        Dropout = dropout;
    }

    /// <summary>Features a site.</summary>
    public int InputChannels { get; }

    /// <summary>Classes.</summary>
    public int Classes { get; }

    /// <summary>Channels of each level, finest first.</summary>
    public IReadOnlyList<int> Planes { get; }

    /// <summary>Units a level and direction.</summary>
    public int Reps { get; }

    /// <summary>Whether units are residual.</summary>
    public bool HasResiduals { get; }

    /// <summary>Channels of the dense model's inner features that come in beside its scores.</summary>
    public int CoarseFeatures { get; }

    /// <summary>Share of features dropped before the last layer in training.</summary>
    public float Dropout { get; }
}
