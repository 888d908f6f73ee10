using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = max(x, 0); the gradient at 0 is 0.</summary>
internal static class Relu
{
    /// <summary>[rows, channels]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable input, Tape? tape, Workers workers)
    {
        Variable output = Variable.Output(tape, input.Rows, input.Channels, input.NeedsGradient);
        float[] x = input.Value;
        float[] y = output.Value;
        for (int i = 0; i < output.Length; i++)
        {
            y[i] = MathF.Max(x[i], 0);
        }

        if (input.NeedsGradient)
        {
            tape?.Record(output, () =>
            {
                float[] gradient = input.Gradient;
                for (int i = 0; i < output.Length; i++)
                {
                    gradient[i] += y[i] > 0 ? output.Gradient[i] : 0;
                }
            });
        }

        return output;
    }
}
