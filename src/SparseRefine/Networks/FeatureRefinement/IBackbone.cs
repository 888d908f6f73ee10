using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>What makes features of pixels: a stem at half the side and four stages at 1/4, 1/8, 1/16 and 1/32.</summary>
internal interface IBackbone
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The color that inputs are relative to, red, green and blue on the 0..255 scale: what zeros around the photo stand for.</summary>
    IReadOnlyList<float> Mean { get; }

    /// <summary>Runs stem and stages.</summary>
    /// <param name="input">[pixels, 8]: see <see cref="FeatureRefinementNetwork.Fill"/>.</param>
    /// <param name="grid">Its shape, sides multiples of 32.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>The stem's features, then those of the stages.</returns>
    (Variable Features, GridShape Grid)[] Forward(Variable input, GridShape grid, Tape? tape, Workers workers);
}
