using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = x W + b, row by row: a 1x1 convolution.</summary>
internal sealed class Linear
{
    internal const int Taps = 1;

    /// <summary>Makes the layer with weights [inputs, outputs] and, where asked for, a bias [outputs], uniform in +-1 / sqrt(inputs).</summary>
    public Linear(string name, int inputs, int outputs, Random random, bool bias = true, SimdPath? path = null)
    {
        Core = new Convolution(name, Taps, inputs, outputs, bias, path ?? Simd.Default);
        Initialization.Uniform(Core.Weight.Value, inputs, random);
        if (Core.Bias != null)
        {
            Initialization.Uniform(Core.Bias.Value, inputs, random);
        }
    }

    public IReadOnlyList<Parameter> Parameters => Core.Parameters;

    internal Convolution Core { get; }

    /// <summary>[rows, inputs] to [rows, outputs], plus a residual [rows, outputs] where given. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, Tape? tape, Workers workers, Variable? residual = null) =>
        Core.Forward(input, ConvolutionMaps.Identity(input.Rows), residual, tape, workers);

    /// <summary>The same over a grid in which every pixel is active.</summary>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers, Variable? residual = null) =>
        Core.Forward(input, ConvolutionMaps.Pointwise(grid), residual, tape, workers);
}
