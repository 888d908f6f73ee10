namespace SparseRefine.Networks;

/// <summary>The shape that all <see cref="RefinerNetwork"/>s have. Immutable.</summary>
internal abstract class RefinerShape
{
    /// <summary>Checks and keeps the values.</summary>
    /// <param name="inputChannels">Features of a site, at least 1.</param>
    /// <param name="classes">Logits of a site, at least 1.</param>
    /// <param name="planes">Channels of each level, finest first; null is 16, 32, 64.</param>
    /// <param name="reps">Blocks of each level and direction, at least 1.</param>
    /// <param name="dropout">Share of features dropped before the last layer in training, 0 to below 1.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    private protected RefinerShape(int inputChannels, int classes, IReadOnlyList<int>? planes, int reps, float dropout)
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

        InputChannels = inputChannels;
        Classes = classes;
        Planes = [.. planes];
        Reps = reps;
        Dropout = dropout;
    }

    public int InputChannels { get; }

    public int Classes { get; }

    public IReadOnlyList<int> Planes { get; }

    public int Reps { get; }

    public float Dropout { get; }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name}: expected at least 1, got {value}", name);
        }
    }
}
