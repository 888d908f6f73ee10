using SparseRefine.Ensemblers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.Cli.Commands;

/// <summary>What <c>bench</c> times where there is no fitted pipeline yet.</summary>
/// <param name="Height">Rows of the photo.</param>
/// <param name="Width">Columns of the photo.</param>
/// <param name="Scale">Side of what the dense model sees / side of the photo; null: 0.5.</param>
/// <param name="SizeMultiple">The dense model's sides are multiples of this.</param>
/// <param name="Density">Refined pixels as a share of all.</param>
/// <param name="Planes">Channels of the sparse network's levels.</param>
/// <param name="Reps">Residual blocks a level.</param>
/// <param name="Features">What the sparse network sees of a pixel.</param>
/// <param name="Method">Which network; a two-column one refines blocks that a learned selector chooses.</param>
/// <param name="Seed">Seed of scene and weights.</param>
internal sealed record BenchScene(
    int Height,
    int Width,
    double? Scale,
    int SizeMultiple,
    double Density,
    IReadOnlyList<int> Planes,
    int Reps,
    FeatureSpec Features,
    RefinerMethod Method,
    int Seed)
{
    /// <summary>
    /// A refiner with random weights. The sparse network's selector is the dearest of its kind: it ranks the entropies of all pixels.
    /// </summary>
    /// <param name="classes">Classes of the dense model.</param>
    /// <returns>The refiner.</returns>
    public SparseRefiner Refiner(int classes) => Method == RefinerMethod.TwoColumn
        ? new(
            new LearnedSelector(Density, network: new ActivationNetwork(classes, coarseFeatures: 0, Seed)),
            Features,
            new FineColumn(new FineColumnOptions(Features.Channels(classes), classes, Planes, Reps), Seed),
            new ReplaceEnsembler())
        : new(
            new FractionSelector(Density),
            Features,
            new SparseUNet(new SparseUNetOptions(Features.Channels(classes), classes, Planes, Reps), Seed),
            new GatedEnsembler(new GatedEnsemblerOptions(classes), Seed));
}
