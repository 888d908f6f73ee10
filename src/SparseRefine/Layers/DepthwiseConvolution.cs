using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// Depthwise convolution over a grid in which every pixel is active, stride 1, size kept by zeros around it:
/// y[Y, X, c] = bias[c] + sum over ky, kx of x[Y + dilation (ky - r), X + dilation (kx - r), c] W[ky, kx, c], r = side / 2.
/// </summary>
internal sealed class DepthwiseConvolution
{
    private readonly SimdPath _path;

    /// <summary>Makes the layer with He-initialised weights and a bias of zeros.</summary>
    public DepthwiseConvolution(string name, int channels, int side, int dilation, Random random, SimdPath? path = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        if (side < 1 || side % 2 == 0)
        {
            throw new ArgumentException($"side: expected an odd number, got {side}", nameof(side));
        }

        Channels = channels;
        Side = side;
        Dilation = dilation;
        _path = path ?? Simd.Default;
        Weight = new Parameter(name + ".weight", [side * side, channels]);
        Bias = new Parameter(name + ".bias", [channels], decayed: false);
        Initialization.He(Weight.Value, side * side, random);
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Side of the kernel.</summary>
    public int Side { get; }

    /// <summary>Pixels from one tap to the next.</summary>
    public int Dilation { get; }

    /// <summary>weight [side * side, channels], tap = side * ky + kx, and bias [channels].</summary>
    public IReadOnlyList<Parameter> Parameters => [Weight, Bias];

    internal Parameter Weight { get; }

    internal Parameter Bias { get; }

    /// <summary>[pixels, channels] of a grid to the same. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), grid.Rows, Channels);
        var product = new DepthwiseProduct { Path = _path, Shape = grid, Channels = Channels, Side = Side, Dilation = Dilation };
        Variable output = Variable.Output(tape, input.Rows, Channels);
        product.Run(input.Value, Weight.Value, Bias.Value, output.Value, workers);
        tape?.Record(output, () =>
        {
            product.AddWeightGradient(input.Value, output.Gradient, Weight.Gradient, tape.Workers);
            ChannelLoops.AddColumnSums(output.Gradient, output.Rows, Channels, Bias.Gradient, tape.Workers);
            if (input.NeedsGradient)
            {
                // The adjoint reads the opposite neighbours: the same convolution with the kernel turned around.
                product.Run(output.Gradient, Turned(), null, input.Gradient, tape.Workers);
            }
        });
        return output;
    }

    private float[] Turned()
    {
        float[] turned = new float[Weight.Value.Length];
        int taps = Side * Side;
        for (int tap = 0; tap < taps; tap++)
        {
            Weight.Value.AsSpan(tap * Channels, Channels).CopyTo(turned.AsSpan((taps - 1 - tap) * Channels));
        }

        return turned;
    }
}
