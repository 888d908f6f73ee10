using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = max(x, 0); the gradient at 0 is 0.</summary>
internal static class Relu
{
    /// <summary>[rows, channels]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable input, Tape? tape, Workers workers)
    {
        float[] values = new float[input.Value.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Max(input.Value[i], 0);
        }

        Variable output = new(values, input.Rows, input.Channels, input.NeedsGradient);
        if (input.NeedsGradient)
        {
            tape?.Record(() =>
            {
                for (int i = 0; i < values.Length; i++)
                {
                    input.Gradient[i] += values[i] > 0 ? output.Gradient[i] : 0;
                }
            });
        }

        return output;
    }
}
