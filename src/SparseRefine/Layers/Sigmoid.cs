using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = 1 / (1 + exp(-x)); NaN stays NaN.</summary>
internal static class Sigmoid
{
    /// <summary>[rows, channels]. With a tape, records the backward step. For few values: one thread.</summary>
    public static Variable Forward(Variable input, Tape? tape)
    {
        float[] values = [.. input.Value.Select(x => (float)(1 / (1 + Math.Exp(-(double)x))))];
        Variable output = new(values, input.Rows, input.Channels, input.NeedsGradient);
        if (input.NeedsGradient)
        {
            tape?.Record(() =>
            {
                for (int i = 0; i < values.Length; i++)
                {
                    input.Gradient[i] += output.Gradient[i] * values[i] * (1 - values[i]);
                }
            });
        }

        return output;
    }
}
