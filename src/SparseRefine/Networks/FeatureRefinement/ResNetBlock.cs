using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// y = relu(shortcut(x) + norm(conv3x3(relu(norm(conv3x3(x)))))), the first convolution of the block's stride; the shortcut is x where size and channels
/// stay, else norm(conv1x1(x)) of that stride.
/// </summary>
internal sealed class ResNetBlock
{
    public ResNetBlock(string name, int inputs, int outputs, int stride, Random random)
    {
        Shortcut = stride == 1 && inputs == outputs ? null : new ConvolutionUnit(name + ".shortcut", inputs, outputs, 1, stride, random);
        First = new ConvolutionUnit(name + ".1", inputs, outputs, 3, stride, random);
        Second = new ConvolutionUnit(name + ".2", outputs, outputs, 3, 1, random);
        Units = Shortcut is null ? [First, Second] : [Shortcut, First, Second];
    }

    public ConvolutionUnit? Shortcut { get; }

    public ConvolutionUnit First { get; }

    public ConvolutionUnit Second { get; }

    public IReadOnlyList<ConvolutionUnit> Units { get; }

    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Variable shortcut = Shortcut?.Forward(input, grid, false, null, tape, workers) ?? input;
        Variable first = First.Forward(input, grid, true, null, tape, workers);
        return Second.Forward(first, First.Output(grid), true, shortcut, tape, workers);
    }
}
