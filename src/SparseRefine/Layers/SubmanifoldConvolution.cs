using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>3x3 convolution from a site set onto itself, no bias: y[i] = sum over present neighbours j = (y + ky - 1, x + kx - 1) of x[j] W[ky, kx].</summary>
internal sealed class SubmanifoldConvolution
{
    internal const int Taps = 9;

    /// <summary>Makes the layer with He-initialised weights.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels, at least 1.</param>
    /// <param name="outputs">Output channels, at least 1.</param>
    /// <param name="random">Source of the starting weights.</param>
    public SubmanifoldConvolution(string name, int inputs, int outputs, Random random)
        : this(name, inputs, outputs, random, Simd.Default)
    {
    }

    internal SubmanifoldConvolution(string name, int inputs, int outputs, Random random, SimdPath path)
    {
        ArgumentNullException.ThrowIfNull(random);
        Core = new Convolution(name, Taps, inputs, outputs, bias: false, path);
        Initialization.He(Core.Weight.Value, 9.0 * inputs, random);
    }

    /// <summary>weight [9, inputs, outputs], tap = 3 * ky + kx.</summary>
    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>Runs the layer and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[sites, inputs].</param>
    /// <param name="level">The sites.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[sites, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, SiteLevel level, Tape? tape, Workers workers) =>
        Forward(input, level, null, tape, workers);

    /// <summary>Runs the layer where every pixel is active, without maps, and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[pixels, inputs].</param>
    /// <param name="grid">A grid in which every pixel is active.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[pixels, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        return Core.Forward(input, ConvolutionMaps.Of(GridMap.Same(grid)), null, tape, workers);
    }

    internal Variable Forward(Variable input, SiteLevel level, Variable? residual, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(level);
        return Core.Forward(input, ConvolutionMaps.Submanifold(level), residual, tape, workers);
    }
}
