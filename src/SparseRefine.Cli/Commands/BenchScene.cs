using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.Cli.Commands;

/// <summary>What <c>bench</c> times where there is no fitted pipeline yet.</summary>
/// <param name="Height">Rows of the photo.</param>
/// <param name="Width">Columns of the photo.</param>
/// <param name="Scale">Side of what the dense model sees / side of the photo; null: 0.5.</param>
/// <param name="SizeMultiple">The dense model's sides are multiples of this; null: as the configuration says, else 32.</param>
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
    int? SizeMultiple,
    double Density,
    IReadOnlyList<int> Planes,
    int Reps,
    FeatureSpec Features,
    RefinerMethod Method,
    int Seed)
{
    /// <summary>A refiner with random weights.</summary>
    /// <param name="classes">Classes of the dense model.</param>
    /// <returns>The refiner.</returns>
    public SparseRefiner Refiner(int classes) => SparseRefiner.Untrained(Method, Features, Planes, Reps, Density, classes, Seed);
}
