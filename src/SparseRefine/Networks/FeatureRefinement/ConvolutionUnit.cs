using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>Convolution without bias, batch norm, then optionally a sum and relu; in inference one pass with the norm folded into the weights.</summary>
internal sealed class ConvolutionUnit
{
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="side">1 or 3.</param>
    /// <param name="stride">1 or, for side 3, 2.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="liveInputs">Input channels that are not always 0; null: all.</param>
    public ConvolutionUnit(string name, int inputs, int outputs, int side, int stride, Random random, int? liveInputs = null)
    {
        Side = side;
        Stride = stride;
        LiveInputs = liveInputs ?? inputs;
        Core = new Convolution(name + ".conv", side * side, inputs, outputs, bias: false, Simd.Default);
        Initialization.He(Core.Weight.Value, side * side * LiveInputs, random);
        Norm = new BatchNorm(name + ".norm", outputs);
        Parameters = [.. Core.Parameters, .. Norm.Parameters];
    }

    public int Side { get; }

    public int Stride { get; }

    public int LiveInputs { get; }

    public Convolution Core { get; }

    public BatchNorm Norm { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public GridShape Output(GridShape grid) => Stride == 2 ? grid.Half : grid;

    /// <summary>y = relu?(norm(conv(x)) + residual).</summary>
    public Variable Forward(Variable input, GridShape grid, bool relu, Variable? residual, Tape? tape, Workers workers)
    {
        ConvolutionMaps maps = Side == 1
            ? ConvolutionMaps.Pointwise(grid)
            : ConvolutionMaps.Of(Stride == 2 ? GridMap.Down(grid) : GridMap.Same(grid));
        if (tape == null)
        {
            return Infer(input, maps, relu, residual, workers);
        }

        Variable normed = Norm.Forward(Core.Forward(input, maps, null, tape, workers), relu && residual == null, tape, workers);
        return residual == null ? normed
            : relu ? Add.ForwardRelu(normed, residual, tape, workers)
            : Add.Forward(normed, residual, tape, workers);
    }

    private Variable Infer(Variable input, in ConvolutionMaps maps, bool relu, Variable? residual, Workers workers)
    {
        Shapes.Require(input, nameof(input), maps.InputRows, Core.Inputs);
        (float[] scale, float[] shift) = Norm.Fold();
        float[] values = GC.AllocateUninitializedArray<float>(checked(maps.OutputRows * Core.Outputs));
        new GridProduct
        {
            Input = input.Value,
            Map = maps.Grid,
            Weights = Core.Pack(scale, workers),
            Rows = maps.OutputRows,
            Output = values,
            Bias = shift,
            Residual = residual?.Value,
            Relu = relu,
        }.Run(workers);
        return new Variable(values, maps.OutputRows, Core.Outputs);
    }
}
