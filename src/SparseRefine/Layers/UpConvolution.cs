using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>
/// Transposed 3x3 convolution of stride 2 onto the next finer level, no bias: the adjoint of <see cref="DownConvolution"/>'s map. A fine site reads 1, 2
/// or 4 coarse sites at most.
/// </summary>
internal sealed class UpConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public UpConvolution(string name, int inputs, int outputs, Random random, SimdPath? path = null)
    {
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path ?? Simd.Default);
        Initialization.He(Core.Weight.Value, 9.0 / 4 * inputs, random); // a fine site reads 9 / 4 taps on average
    }

    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>[coarse sites, inputs] to [fine sites, outputs] of the next finer level of the same pyramid. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Up(fine, coarse), null, tape, workers);
}
