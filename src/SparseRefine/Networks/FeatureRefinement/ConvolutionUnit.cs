using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>Convolution without bias, batch norm, then optionally a sum and relu; in inference one pass with the norm folded into the weights.</summary>
internal sealed class ConvolutionUnit
{
    /// <summary>Output rows that are made at a time in inference where windows are copied: 10 MB of them.</summary>
    private const int BandRows = 1 << 14;

    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="side">1, 3 or 7.</param>
    /// <param name="stride">1 or 2; 2 for side 7.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="liveInputs">Input channels that are not always 0; null: all.</param>
    public ConvolutionUnit(string name, int inputs, int outputs, int side, int stride, Random random, int? liveInputs = null)
    {
        Side = side;
        Stride = stride;
        LiveInputs = liveInputs ?? inputs;
        Core = CopiesWindows
            ? new Convolution(name + ".conv", Linear.Taps, Patches.Length(side, LiveInputs), outputs, bias: false, Simd.Default)
            : new Convolution(name + ".conv", side * side, inputs, outputs, bias: false, Simd.Default);
        Initialization.He(Core.Weight.Value, side * side * LiveInputs, random);
        Norm = new BatchNorm(name + ".norm", outputs);
        Parameters = [.. Core.Parameters, .. Norm.Parameters];
    }

    public int Side { get; }

    public int Stride { get; }

    public int LiveInputs { get; }

    /// <summary>
    /// Weights [side * side, inputs, outputs]; where windows are copied, [windows' floats, outputs], of which the first rows are the same for the live
    /// inputs alone and the others see zeros.
    /// </summary>
    public Convolution Core { get; }

    public BatchNorm Norm { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Input channels that <see cref="Core"/> has weights for at each tap.</summary>
    public int WeightInputs => CopiesWindows ? LiveInputs : Core.Inputs;

    // 49 taps of 3 channels each, 8 wide in memory, would cost nearly three times the multiply-adds of 147 floats in a row.
    private bool CopiesWindows => Side == 7;

    public GridShape Output(GridShape grid) => Stride == 2 ? grid.Half : grid;

    /// <summary>y = relu?(norm(conv(x)) + residual).</summary>
    public Variable Forward(Variable input, GridShape grid, bool relu, Variable? residual, Tape? tape, Workers workers)
    {
        if (tape == null)
        {
            return Infer(input, grid, relu, residual, workers);
        }

        Variable seen = CopiesWindows ? Patches.Forward(input, grid, Side, LiveInputs, tape, workers) : input;
        Variable normed = Norm.Forward(Core.Forward(seen, Maps(grid), null, tape, workers), relu && residual == null, tape, workers);
        return residual == null ? normed
            : relu ? Add.ForwardRelu(normed, residual, tape, workers)
            : Add.Forward(normed, residual, tape, workers);
    }

    private ConvolutionMaps Maps(GridShape grid) =>
        CopiesWindows ? ConvolutionMaps.Pointwise(Output(grid))
        : Stride == 2 ? ConvolutionMaps.Of(GridMap.Down(grid, Side))
        : Side == 1 ? ConvolutionMaps.Pointwise(grid)
        : ConvolutionMaps.Of(GridMap.Same(grid));

    private Variable Infer(Variable input, GridShape grid, bool relu, Variable? residual, Workers workers)
    {
        GridShape output = Output(grid);
        (float[] scale, float[] shift) = Norm.Fold();
        float[] values = GC.AllocateUninitializedArray<float>(checked(output.Rows * Core.Outputs));
        GridProduct product = new()
        {
            Input = input.Value,
            Map = Maps(grid).Grid,
            Weights = Core.Pack(scale, workers),
            Rows = output.Rows,
            Output = values,
            Bias = shift,
            Residual = residual?.Value,
            Relu = relu,
        };
        if (CopiesWindows)
        {
            RunBands(product, input, grid, workers);
        }
        else
        {
            Shapes.Require(input, nameof(input), grid.Rows, Core.Inputs);
            product.Run(workers);
        }

        return new Variable(values, output.Rows, Core.Outputs);
    }

    // The windows of all pixels at once would take 19 times the memory of the photo.
    private void RunBands(GridProduct product, Variable input, GridShape grid, Workers workers)
    {
        GridShape output = Output(grid);
        int lines = output.Images * output.Height;
        int band = Math.Clamp(BandRows / output.Width, 1, lines);
        float[] windows = new float[band * output.Width * Core.Inputs];
        for (int line = 0; line < lines; line += band)
        {
            int count = Math.Min(band, lines - line);
            Patches.Fill(input, grid, Side, LiveInputs, line, count, windows, workers);
            product.WithRows(windows, line * output.Width, count * output.Width).Run(workers);
        }
    }
}
