using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>Transposed 3x3 convolution of stride 2 onto the next finer level, no bias: the adjoint of <see cref="DownConvolution"/>'s map. A fine site has 1, 2 or 4 coarse contributors at most.</summary>
internal sealed class UpConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels, at least 1.</param>
    /// <param name="outputs">Output channels, at least 1.</param>
    /// <param name="random">Source of the starting weights.</param>
    public UpConvolution(string name, int inputs, int outputs, Random random)
        : this(name, inputs, outputs, random, Simd.Default)
    {
    }

    internal UpConvolution(string name, int inputs, int outputs, Random random, SimdPath path)
    {
        ArgumentNullException.ThrowIfNull(random);
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path);
        // A fine site reads 9 / 4 taps on average.
        Initialization.He(Core.Weight.Value, 9.0 / 4 * inputs, random);
    }

    /// <summary>weight [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>Runs the layer and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[coarse sites, inputs].</param>
    /// <param name="fine">Level of the output.</param>
    /// <param name="coarse">Level of the input, next to <paramref name="fine"/> in the same pyramid.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[fine sites, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Tape? tape, Workers workers) =>
        Forward(input, fine, coarse, null, tape, workers);

    internal Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Variable? residual, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(workers);
        return Core.Forward(input, ConvolutionMaps.Up(fine, coarse), residual, tape, workers);
    }
}
