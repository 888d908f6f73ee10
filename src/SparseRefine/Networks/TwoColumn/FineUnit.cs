using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>y = relu(norm(conv(x) + before) + after), both sums optional: the one step that all of <see cref="FineColumn"/> is made of.</summary>
internal sealed class FineUnit
{
    public FineUnit(string name, int inputs, int outputs, double taps, Random random)
    {
        Core = new Convolution(name + ".conv", 9, inputs, outputs, bias: false, Simd.Default);
        Initialization.He(Core.Weight.Value, taps * inputs, random);
        Norm = new BatchNorm(name + ".norm", outputs);
        Parameters = [.. Core.Parameters, .. Norm.Parameters];
    }

    public Convolution Core { get; }

    public BatchNorm Norm { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward(
        Variable input, in ConvolutionMaps maps, Variable? before, Variable? after, Tape? tape, Workers workers)
    {
        Variable normed = Norm.Forward(Core.Forward(input, maps, before, tape, workers), after == null, tape, workers);
        return after == null ? normed : Add.ForwardRelu(normed, after, tape, workers);
    }

    /// <summary>Weights multiplied by the norm's scale, and the norm's shift.</summary>
    public Folded Fold()
    {
        (float[] scale, float[] shift) = Norm.Fold();
        return new Folded(Core.Pack(scale), shift);
    }

    /// <summary>y = relu(conv(x) + shift + sum), the sum already scaled as the weights are where it stood before the norm.</summary>
    internal sealed record Folded(PackedWeights Weights, float[] Shift)
    {
        public void Run(float[] input, in ConvolutionMaps maps, float[] output, float[]? sum, Workers workers) => new GatherProduct
        {
            Input = input,
            Map = maps.Forward,
            Weights = Weights,
            Rows = maps.OutputRows,
            Output = output,
            Bias = Shift,
            Residual = sum,
            Relu = true,
        }.Run(workers);
    }
}
