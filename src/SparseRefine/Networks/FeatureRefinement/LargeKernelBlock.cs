using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// Large-kernel attention and perceptron: with n = norm(x) and a = gelu(W1 n), x' = x + W3 (a * W2 dw7x7,dilation 3(dw5x5(a))), then with
/// n' = norm(x'), y = x' + W5 gelu(dw3x3(W4 n')). W are 1x1 convolutions with bias, W4 widens <see cref="Widening"/> times (the original 4 or 8 times:
/// three are a choice of time over width). The original's factors on both sums, which start at 0.01, are left out: they help very deep networks only.
/// </summary>
internal sealed class LargeKernelBlock(string name, int channels, Random random) : IStageBlock
{
    public const int Widening = 3;

    public BatchNorm Norm1 { get; } = new(name + ".norm1", channels);

    public Linear Enter { get; } = new(name + ".enter", channels, channels, random);

    public DepthwiseConvolution Near { get; } = new(name + ".near", channels, 5, 1, random);

    public DepthwiseConvolution Far { get; } = new(name + ".far", channels, 7, 3, random);

    public Linear Gate { get; } = new(name + ".gate", channels, channels, random);

    public Linear Leave { get; } = new(name + ".leave", channels, channels, random);

    public BatchNorm Norm2 { get; } = new(name + ".norm2", channels);

    public Linear Widen { get; } = new(name + ".widen", channels, Widening * channels, random);

    public DepthwiseConvolution Mix { get; } = new(name + ".mix", Widening * channels, 3, 1, random);

    public Linear Narrow { get; } = new(name + ".narrow", Widening * channels, channels, random);

    public IReadOnlyList<Parameter> Parameters =>
    [
        .. Norm1.Parameters, .. Enter.Parameters, .. Near.Parameters, .. Far.Parameters, .. Gate.Parameters, .. Leave.Parameters,
        .. Norm2.Parameters, .. Widen.Parameters, .. Mix.Parameters, .. Narrow.Parameters,
    ];

    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Variable entered = Gelu.Forward(Enter.Forward(Norm1.Forward(input, false, tape, workers), grid, tape, workers), tape, workers);
        Variable gate = Far.Forward(Near.Forward(entered, grid, tape, workers), grid, tape, workers);
        Variable gated = Multiply.Forward(entered, Gate.Forward(gate, grid, tape, workers), tape, workers);
        Variable attended = Leave.Forward(gated, grid, tape, workers, input);
        Variable wide = Widen.Forward(Norm2.Forward(attended, false, tape, workers), grid, tape, workers);
        Variable mixed = Gelu.Forward(Mix.Forward(wide, grid, tape, workers), tape, workers);
        return Narrow.Forward(mixed, grid, tape, workers, attended);
    }
}
