using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = 1 / (1 + exp(-x)); NaN stays NaN.</summary>
internal static class Sigmoid
{
    /// <summary>[rows, channels]. With a tape, records the backward step. For few values: one thread.</summary>
    public static Variable Forward(Variable input, Tape? tape)
    {
        Variable output = Variable.Output(tape, input.Rows, input.Channels, input.NeedsGradient);
        float[] values = output.Value;
        for (int i = 0; i < output.Length; i++)
        {
            values[i] = (float)(1 / (1 + Math.Exp(-(double)input.Value[i])));
        }

        if (input.NeedsGradient)
        {
            tape?.Record(output, () =>
            {
                for (int i = 0; i < output.Length; i++)
                {
                    input.Gradient[i] += output.Gradient[i] * values[i] * (1 - values[i]);
                }
            });
        }

        return output;
    }
}
