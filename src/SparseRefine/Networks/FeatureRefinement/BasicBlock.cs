using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>y = relu(x + norm(conv3x3(relu(norm(conv3x3(x)))))); norms behind the convolutions fold into them in inference.</summary>
internal sealed class BasicBlock(string name, int channels, Random random) : IStageBlock
{
    public ConvolutionUnit First { get; } = new(name + ".1", channels, channels, 3, 1, random);

    public ConvolutionUnit Second { get; } = new(name + ".2", channels, channels, 3, 1, random);

    public IReadOnlyList<Parameter> Parameters => [.. First.Parameters, .. Second.Parameters];

    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers) =>
        Second.Forward(First.Forward(input, grid, true, null, tape, workers), grid, true, input, tape, workers);
}
