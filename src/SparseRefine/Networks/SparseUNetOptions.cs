namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="SparseUNet"/>. Immutable.</summary>
internal sealed class SparseUNetOptions
{
    /// <summary>Checks and keeps the values.</summary>
    /// <param name="inputChannels">Features a site, at least 1.</param>
    /// <param name="classes">Logits a site, at least 1.</param>
    /// <param name="planes">Channels of each level, finest first; null is 16, 32, 64.</param>
    /// <param name="reps">Residual blocks a level and direction, at least 1.</param>
    /// <param name="dropout">Share of features dropped before the last layer in training, 0 to below 1.</param>
    /// <param name="probabilityColumn">First of the input channels that are the dense model's class probabilities, to be added to; null adds to nothing.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public SparseUNetOptions(
        int inputChannels, int classes, IReadOnlyList<int>? planes = null, int reps = 2, float dropout = 0, int? probabilityColumn = null)
    {
        planes ??= [16, 32, 64];
        RequirePositive(inputChannels, nameof(inputChannels));
        RequirePositive(classes, nameof(classes));
        RequirePositive(reps, nameof(reps));
        if (planes.Count == 0)
        {
            throw new ArgumentException("planes: expected at least 1 level, got 0", nameof(planes));
        }

        foreach (int plane in planes)
        {
            RequirePositive(plane, nameof(planes));
        }

        if (!(dropout >= 0 && dropout < 1))
        {
            throw new ArgumentException($"dropout: expected 0 to below 1, got {dropout}", nameof(dropout));
        }

        if (probabilityColumn is int column && !(column >= 0 && column + (long)classes <= inputChannels))
        {
            throw new ArgumentException(
                $"probabilityColumn: expected {classes} channels from it on within {inputChannels}, got {column}", nameof(probabilityColumn));
        }

        InputChannels = inputChannels;
        Classes = classes;
        Planes = [.. planes];
        Reps = reps;
        Dropout = dropout;
        ProbabilityColumn = probabilityColumn;
    }

    /// <summary>Features a site.</summary>
    public int InputChannels { get; }

    /// <summary>Logits a site.</summary>
    public int Classes { get; }

    /// <summary>Channels of each level, finest first.</summary>
    public IReadOnlyList<int> Planes { get; }

    /// <summary>Residual blocks a level and direction.</summary>
    public int Reps { get; }

    /// <summary>Share of features dropped before the last layer in training.</summary>
    public float Dropout { get; }

    /// <summary>
    /// First of the input channels that are the dense model's class probabilities p, one a class. Where given, the network's answer is
    /// ln max(p, 1e-10), which is the dense answer, plus what its last layer gives, and that layer's weights start at 0. Null: the last layer alone.
    /// </summary>
    public int? ProbabilityColumn { get; }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name}: expected at least 1, got {value}", name);
        }
    }
}
