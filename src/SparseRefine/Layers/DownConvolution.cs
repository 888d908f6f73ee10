using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>3x3 convolution of stride 2 and padding 1 onto the next coarser level, no bias: y[Y, X] = sum over present x[2Y + ky - 1, 2X + kx - 1] W[ky, kx].</summary>
internal sealed class DownConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public DownConvolution(string name, int inputs, int outputs, Random random, SimdPath? path = null)
    {
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path ?? Simd.Default);
        Initialization.He(Core.Weight.Value, 9.0 * inputs, random);
    }

    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>[fine sites, inputs] to [coarse sites, outputs] of the next level of the same pyramid. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Down(fine, coarse), null, tape, workers);

    /// <summary>The same over a grid in which every pixel is active, without a map; the output is of the grid's <see cref="GridShape.Half"/>.</summary>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Of(GridMap.Down(grid)), null, tape, workers);
}
