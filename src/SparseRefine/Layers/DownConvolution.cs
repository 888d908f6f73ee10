using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>3x3 convolution of stride 2 and padding 1 onto the next coarser level, no bias: y[Y, X] = sum over present x[2Y + ky - 1, 2X + kx - 1] W[ky, kx].</summary>
internal sealed class DownConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels, at least 1.</param>
    /// <param name="outputs">Output channels, at least 1.</param>
    /// <param name="random">Source of the starting weights.</param>
    public DownConvolution(string name, int inputs, int outputs, Random random)
        : this(name, inputs, outputs, random, Simd.Default)
    {
    }

    internal DownConvolution(string name, int inputs, int outputs, Random random, SimdPath path)
    {
        ArgumentNullException.ThrowIfNull(random);
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path);
        Initialization.He(Core.Weight.Value, 9.0 * inputs, random);
    }

    /// <summary>weight [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>Runs the layer and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[fine sites, inputs].</param>
    /// <param name="fine">Level of the input.</param>
    /// <param name="coarse">The next level of the same pyramid.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[coarse sites, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Tape? tape, Workers workers) =>
        Forward(input, fine, coarse, null, tape, workers);

    /// <summary>Runs the layer where every pixel is active, without maps, and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[pixels, inputs].</param>
    /// <param name="grid">A grid in which every pixel is active; the output's is its <see cref="GridShape.Half"/>.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[pixels, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        return Core.Forward(input, ConvolutionMaps.Of(GridMap.Down(grid)), null, tape, workers);
    }

    internal Variable Forward(Variable input, SiteLevel fine, SiteLevel coarse, Variable? residual, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(workers);
        return Core.Forward(input, ConvolutionMaps.Down(fine, coarse), residual, tape, workers);
    }
}
