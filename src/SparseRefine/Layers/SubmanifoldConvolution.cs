using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>3x3 convolution from a site set onto itself, no bias: y[i] = sum over present neighbours j = (y + ky - 1, x + kx - 1) of x[j] W[ky, kx].</summary>
internal sealed class SubmanifoldConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public SubmanifoldConvolution(string name, int inputs, int outputs, Random random, SimdPath? path = null)
    {
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path ?? Simd.Default);
        Initialization.He(Core.Weight.Value, 9.0 * inputs, random);
    }

    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>[sites, inputs] to [sites, outputs], plus a residual [sites, outputs] where given. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, SiteLevel level, Tape? tape, Workers workers, Variable? residual = null) =>
        Core.Forward(input, ConvolutionMaps.Submanifold(level), residual, tape, workers);

    /// <summary>The same over a grid in which every pixel is active, without a map.</summary>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Of(GridMap.Same(grid)), null, tape, workers);
}
