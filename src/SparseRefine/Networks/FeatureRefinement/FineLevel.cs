using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>One more level of the decoder at twice the side: relu(norm(conv3x3(up2(W coarse) + V skip))) on fewer channels.</summary>
internal sealed class FineLevel
{
    public FineLevel(string name, int inputs, int skip, int outputs, Random random)
    {
        Narrow = new Linear(name + ".narrow", inputs, outputs, random);
        Lateral = new Linear(name + ".lateral", skip, outputs, random, bias: false);
        Smooth = new ConvolutionUnit(name + ".smooth", outputs, outputs, 3, 1, random);
        Parameters = [.. Narrow.Parameters, .. Lateral.Parameters, .. Smooth.Parameters];
    }

    public Linear Narrow { get; }

    public Linear Lateral { get; }

    public ConvolutionUnit Smooth { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Features at twice the side of the coarse ones, at which the skip's are.</summary>
    public Variable Forward(Variable coarse, GridShape grid, (Variable Features, GridShape Grid) skip, Tape? tape, Workers workers)
    {
        Variable above = Upsample.Forward(Narrow.Forward(coarse, grid, tape, workers), grid, 2, tape, workers);
        Variable sum = Lateral.Forward(skip.Features, skip.Grid, tape, workers, above);
        return Smooth.Forward(sum, skip.Grid, true, null, tape, workers);
    }
}
