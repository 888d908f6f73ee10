using SparseRefine.Ensemblers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine;

/// <content>The shape of a refiner: which network, how many channels and blocks.</content>
public sealed partial class SparseRefiner
{
    /// <summary>
    /// A refiner with random weights, to time a shape before it is trained. The sparse network gets the selector that takes longest, the one that
    /// ranks the entropies of all pixels, and a gate; the two-column network gets a learned selector.
    /// </summary>
    /// <param name="method">Which network.</param>
    /// <param name="features">What the network sees of a pixel.</param>
    /// <param name="planes">Channels of the network's levels, finest first.</param>
    /// <param name="reps">Blocks of each level and direction.</param>
    /// <param name="share">Share of the pixels to select, 0 to 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <returns>The refiner.</returns>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public static SparseRefiner Untrained(
        RefinerMethod method, FeatureSpec features, IReadOnlyList<int> planes, int reps, double share, int classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(features);
        int channels = features.Channels(classes);
        return method == RefinerMethod.TwoColumn
            ? new(
                new LearnedSelector(share, network: new ActivationNetwork(classes, coarseFeatures: 0, seed)),
                features,
                new FineColumn(new FineColumnOptions(channels, classes, planes, reps), seed),
                new ReplaceEnsembler())
            : new(
                new FractionSelector(share),
                features,
                new SparseUNet(new SparseUNetOptions(channels, classes, planes, reps), seed),
                new GatedEnsembler(new GatedEnsemblerOptions(classes), seed));
    }

    /// <summary>Options for a training that goes on from this refiner: its network's shape, its features and interpolation, all else as given.</summary>
    /// <param name="options">The options; not changed.</param>
    /// <returns>The options with this refiner's shape.</returns>
    public RefinerTrainerOptions ShapeOf(RefinerTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Features = Features,
            Planes = Network.Planes,
            Reps = Network.Reps,
            Method = Network is FineColumn ? RefinerMethod.TwoColumn : RefinerMethod.SparseRefine,
            FineResiduals = Network is FineColumn { Options.HasResiduals: true },
            Residual = Network is SparseUNet { Options.ProbabilityColumn: not null } or UniversalNetwork,
            Interpolation = Interpolation,
        };
    }
}
