namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="SparseUNet"/>. Immutable.</summary>
internal sealed class SparseUNetOptions : RefinerShape
{
    public SparseUNetOptions(
        int inputChannels, int classes, IReadOnlyList<int>? planes = null, int reps = 2, float dropout = 0, int? probabilityColumn = null)
        : base(inputChannels, classes, planes, reps, dropout)
    {
        if (probabilityColumn is int column && !(column >= 0 && column + (long)classes <= inputChannels))
        {
            throw new ArgumentException(
                $"probabilityColumn: expected {classes} channels from it on within {inputChannels}, got {column}", nameof(probabilityColumn));
        }

        ProbabilityColumn = probabilityColumn;
    }

    /// <summary>
    /// First of the input channels that are the dense model's class probabilities p, one a class. Where given, the network's answer is
    /// ln max(p, 1e-10), which is the dense answer, plus what its last layer gives, and that layer's weights start at 0. Null: the last layer alone.
    /// </summary>
    public int? ProbabilityColumn { get; }
}
