using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>In training each value is 0 with the given probability and x / (1 - probability) otherwise; in inference y = x.</summary>
internal static class Dropout
{
    /// <summary>[rows, channels]; probability from 0 to below 1. The tape is the source of the mask and records the backward step; without one the result is the input itself.</summary>
    public static Variable Forward(Variable input, float probability, Tape? tape)
    {
        if (!(probability >= 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"probability: expected 0 to below 1, got {probability}");
        }

        if (tape == null || probability == 0)
        {
            return input;
        }

        float kept = 1 / (1 - probability);
        float[] mask = new float[input.Value.Length];
        float[] values = new float[mask.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = tape.Random.NextSingle() < probability ? 0 : kept;
            values[i] = mask[i] * input.Value[i];
        }

        Variable output = new(values, input.Rows, input.Channels, input.NeedsGradient);
        if (input.NeedsGradient)
        {
            tape.Record(() =>
            {
                for (int i = 0; i < mask.Length; i++)
                {
                    input.Gradient[i] += mask[i] * output.Gradient[i];
                }
            });
        }

        return output;
    }
}
