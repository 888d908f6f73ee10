using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = x W + b, row by row: a 1x1 convolution.</summary>
internal sealed class Linear
{
    internal const int Taps = 1;

    /// <summary>Makes the layer with uniform +-1 / sqrt(inputs) weights.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels, at least 1.</param>
    /// <param name="outputs">Output channels, at least 1.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public Linear(string name, int inputs, int outputs, Random random, bool bias = true)
        : this(name, inputs, outputs, random, bias, Simd.Default)
    {
    }

    internal Linear(string name, int inputs, int outputs, Random random, bool bias, SimdPath path)
    {
        ArgumentNullException.ThrowIfNull(random);
        Core = new Convolution(name, Taps, inputs, outputs, bias, path);
        Initialization.Uniform(Core.Weight.Value, inputs, random);
        if (Core.Bias != null)
        {
            Initialization.Uniform(Core.Bias.Value, inputs, random);
        }
    }

    /// <summary>weight [inputs, outputs] and, where asked for, bias [outputs].</summary>
    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>Runs the layer and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, Tape? tape, Workers workers) =>
        Forward(input, null, tape, workers);

    internal Variable Forward(Variable input, Variable? residual, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(workers);
        return Core.Forward(input, ConvolutionMaps.Identity(input.Rows), residual, tape, workers);
    }

    /// <summary>The same over a grid in which every pixel is active.</summary>
    internal Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Pointwise(grid), null, tape, workers);

    internal Variable Forward(Variable input, GridShape grid, Variable residual, Tape? tape, Workers workers) =>
        Core.Forward(input, ConvolutionMaps.Pointwise(grid), residual, tape, workers);
}
