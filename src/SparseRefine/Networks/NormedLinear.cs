using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// A batch norm and a linear layer: how a network takes in the dense model's inner features, which come in any range.
/// </summary>
internal sealed class NormedLinear
{
    public NormedLinear(string name, int inputs, int outputs, Random random)
    {
        Norm = new BatchNorm(name + ".norm", inputs);
        Map = new Linear(name + ".linear", inputs, outputs, random);
        Parameters = [.. Norm.Parameters, .. Map.Parameters];
    }

    public BatchNorm Norm { get; }

    public Linear Map { get; }

    public int Inputs => Map.Core.Inputs;

    public int Outputs => Map.Core.Outputs;

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward(Variable input, Tape? tape, Workers workers) => Map.Forward(Norm.Forward(input, false, tape, workers), tape, workers);

    /// <summary>One product for inference.</summary>
    /// <param name="behind">A norm behind the sum to which the result is added, whose scale is folded in too; null: none.</param>
    public Folded Fold(BatchNorm? behind = null)
    {
        (float[] scale, float[] shift) = Norm.Fold();
        float[]? outer = behind?.Fold().Scale;
        float[] weights = [.. Map.Core.Weight.Value];
        double[] sums = [.. Map.Core.Bias!.Value.Select(value => (double)value)];
        for (int k = 0; k < scale.Length; k++)
        {
            for (int o = 0; o < sums.Length; o++)
            {
                sums[o] += (double)shift[k] * weights[(k * sums.Length) + o];
                weights[(k * sums.Length) + o] *= scale[k];
            }
        }

        return new Folded(
            PackedWeights.Pack(Simd.Default, weights, 1, scale.Length, sums.Length, outer),
            [.. sums.Select((sum, o) => (float)(sum * (outer?[o] ?? 1)))]);
    }

    internal sealed record Folded(PackedWeights Weights, float[] Bias)
    {
        /// <summary>[rows, inputs] to [rows, outputs]; the arrays may be longer.</summary>
        public void Run(float[] input, int rows, float[] output, Workers workers) => new GatherProduct
        {
            Input = input,
            Weights = Weights,
            Rows = rows,
            Output = output,
            Bias = Bias,
        }.Run(workers);
    }
}
