namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="UniversalNetwork"/> for a number of classes. The weights' sizes do not depend on that number. Immutable.</summary>
internal sealed class UniversalNetworkOptions : RefinerShape
{
    /// <summary>Color and the class probabilities: what a site brings. See <see cref="FeatureSpec"/> <c>rgb,p</c>.</summary>
    public const int Colors = 3;

    public UniversalNetworkOptions(int classes, IReadOnlyList<int>? planes = null, int reps = 1)
        : base(Colors + classes, classes, planes, reps, dropout: 0) => ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
}
