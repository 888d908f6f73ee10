using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// What all convolutions share: y[i] = sum over taps of x[map[i, tap]] * W[tap] (+ bias) (+ residual[i]). The gradient of x is the same
/// product over the transposed map with transposed weights.
/// </summary>
internal sealed class Convolution
{
    private readonly SimdPath _path;

    public Convolution(string name, int taps, int inputs, int outputs, bool bias, SimdPath path)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Taps = taps;
        Inputs = inputs;
        Outputs = outputs;
        _path = path;
        Weight = new Parameter(name + ".weight", taps == 1 ? [inputs, outputs] : [taps, inputs, outputs]);
        Bias = bias ? new Parameter(name + ".bias", [outputs], decayed: false) : null;
        Parameters = Bias == null ? [Weight] : [Weight, Bias];
    }

    public int Taps { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public PackedWeights Pack(ReadOnlySpan<float> scale = default) =>
        PackedWeights.Pack(_path, Weight.Value, Taps, Inputs, Outputs, scale);

    public Variable Forward(Variable input, in ConvolutionMaps maps, Variable? residual, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), maps.InputRows, Inputs);
        if (residual != null)
        {
            Shapes.Require(residual, nameof(residual), maps.OutputRows, Outputs);
        }

        float[] values = GC.AllocateUninitializedArray<float>(checked(maps.OutputRows * Outputs));
        new GatherProduct
        {
            Input = input.Value,
            InputStride = Inputs,
            Map = maps.Forward,
            Weights = Pack(),
            Rows = maps.OutputRows,
            Output = values,
            OutputStride = Outputs,
            Bias = Bias?.Value,
            Residual = residual?.Value,
            ResidualStride = Outputs,
        }.Run(workers);
        Variable output = new(values, maps.OutputRows, Outputs);
        if (tape != null)
        {
            ConvolutionMaps kept = maps;
            tape.Record(() => Backward(input, kept, residual, output, tape.Workers));
        }

        return output;
    }

    private void Backward(Variable input, in ConvolutionMaps maps, Variable? residual, Variable output, Workers workers)
    {
        new WeightGradient
        {
            Path = _path,
            Input = input.Value,
            OutputGradient = output.Gradient,
            Map = maps.Forward,
            Rows = maps.OutputRows,
            Taps = Taps,
            Inputs = Inputs,
            Outputs = Outputs,
            Gradient = Weight.Gradient,
        }.Run(workers);
        if (Bias != null)
        {
            ChannelLoops.AddColumnSums(output.Gradient, output.Rows, Outputs, Bias.Gradient, workers);
        }

        if (residual is { NeedsGradient: true })
        {
            ChannelLoops.Add(output.Gradient, residual.Gradient, workers);
        }

        if (input.NeedsGradient)
        {
            new GatherProduct
            {
                Input = output.Gradient,
                InputStride = Outputs,
                Map = maps.Transposed,
                Weights = PackedWeights.PackTransposed(_path, Weight.Value, Taps, Inputs, Outputs, maps.IsMirrored),
                Rows = maps.InputRows,
                Output = input.Gradient,
                OutputStride = Inputs,
                Residual = input.Gradient,
                ResidualStride = Inputs,
            }.Run(workers);
        }
    }
}
