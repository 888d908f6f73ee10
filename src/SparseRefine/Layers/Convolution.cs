using SparseRefine.Grids;
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

    public PackedWeights Pack(float[]? scale = null, Workers? workers = null, float[]? data = null) =>
        PackedWeights.Pack(_path, Weight.Value, Taps, Inputs, Outputs, scale, workers, data);

    public Variable Forward(Variable input, in ConvolutionMaps maps, Variable? residual, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), maps.InputRows, Inputs);
        if (residual != null)
        {
            Shapes.Require(residual, nameof(residual), maps.OutputRows, Outputs);
        }

        Variable output = Variable.Output(tape, maps.OutputRows, Outputs);
        PackedWeights packed = Pack(null, workers, tape?.Pool?.Rent<float>(PackedWeights.Length(_path, Taps, Inputs, Outputs)));
        Product(maps, true, input.Value, packed, output.Value, Bias?.Value, residual?.Value, workers);
        tape?.Pool?.Return(packed.Data);
        if (tape != null)
        {
            ConvolutionMaps kept = maps;
            tape.Record(output, () => Backward(input, kept, residual, output, tape));
            input.Forget();
        }

        return output;
    }

    private void Backward(Variable input, in ConvolutionMaps maps, Variable? residual, Variable output, Tape tape)
    {
        Workers workers = tape.Workers;
        AddWeightGradient(input, maps, output, tape);
        input.Forget();
        if (Bias != null)
        {
            ChannelLoops.AddColumnSums(output.Gradient, output.Rows, Outputs, Bias.Gradient, workers);
        }

        if (residual is { NeedsGradient: true })
        {
            ChannelLoops.Add(output.Gradient, residual.TakeGradient(), output.Length, workers);
        }

        if (input.NeedsGradient)
        {
            float[]? data = tape.Pool?.Rent<float>(PackedWeights.Length(_path, Taps, Outputs, Inputs));
            var transposed = PackedWeights.PackTransposed(_path, Weight.Value, Taps, Inputs, Outputs, maps.IsMirrored, workers, data);
            GradientTarget target = input.TakeGradient();
            Product(maps, false, output.Gradient, transposed, target.Values, null, target.IsFresh ? null : target.Values, workers);
            tape.Pool?.Return(transposed.Data);
        }
    }

    // Forward, or from the gradient of the output to that of the input.
    private static void Product(
        in ConvolutionMaps maps,
        bool isForward,
        float[] input,
        PackedWeights weights,
        float[] output,
        float[]? bias,
        float[]? residual,
        Workers workers)
    {
        int rows = isForward ? maps.OutputRows : maps.InputRows;
        if (maps.IsGrid)
        {
            new GridProduct
            {
                Input = input,
                Map = isForward ? maps.Grid : maps.Grid?.Transposed,
                Weights = weights,
                Rows = rows,
                Output = output,
                Bias = bias,
                Residual = residual,
            }.Run(workers);
            return;
        }

        new GatherProduct
        {
            Input = input,
            Map = isForward ? maps.Forward : maps.Transposed,
            Weights = weights,
            Rows = rows,
            Output = output,
            Bias = bias,
            Residual = residual,
        }.Run(workers);
    }

    private void AddWeightGradient(Variable input, in ConvolutionMaps maps, Variable output, Tape tape)
    {
        if (maps.IsGrid)
        {
            new GridWeightGradient
            {
                Path = _path,
                Input = input.Value,
                OutputGradient = output.Gradient,
                Map = maps.Grid,
                Rows = maps.OutputRows,
                Taps = Taps,
                Inputs = Inputs,
                Outputs = Outputs,
                Gradient = Weight.Gradient,
            }.Run(tape.Workers);
            return;
        }

        new WeightGradient
        {
            Path = _path,
            Pool = tape.Pool,
            Input = input.Value,
            OutputGradient = output.Gradient,
            Map = maps.Forward,
            Rows = maps.OutputRows,
            Taps = Taps,
            Inputs = Inputs,
            Outputs = Outputs,
            Gradient = Weight.Gradient,
        }.Run(tape.Workers);
    }
}
