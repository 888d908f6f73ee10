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
        Variable output = Variable.Output(tape, input.Rows, input.Channels, input.NeedsGradient);
        bool[] isKept = new bool[output.Length];
        float[] x = input.Value;
        float[] y = output.Value;
        for (int i = 0; i < isKept.Length; i++)
        {
            isKept[i] = !(tape.Random.NextSingle() < probability);
            y[i] = (isKept[i] ? kept : 0) * x[i];
        }

        if (input.NeedsGradient)
        {
            tape.Record(output, () =>
            {
                float[] gradient = input.Gradient;
                for (int i = 0; i < isKept.Length; i++)
                {
                    gradient[i] += (isKept[i] ? kept : 0) * output.Gradient[i];
                }
            });
        }

        return output;
    }
}
