using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = 1 / (1 + exp(-x)); NaN stays NaN.</summary>
internal static class Sigmoid
{
    /// <summary>Applies it and, where a tape is given, records its backward step. For few values: it runs on one thread.</summary>
    /// <param name="input">[rows, channels].</param>
    /// <param name="tape">Null in inference.</param>
    /// <returns>[rows, channels], each 0 to 1.</returns>
    public static Variable Forward(Variable input, Tape? tape)
    {
        ArgumentNullException.ThrowIfNull(input);
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
