using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>In training each value is 0 with the given probability and x / (1 - probability) otherwise; in inference y = x.</summary>
internal static class Dropout
{
    /// <summary>Applies it and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[rows, channels].</param>
    /// <param name="probability">Share of values dropped, 0 to below 1.</param>
    /// <param name="tape">Source of the mask; null returns <paramref name="input"/> itself.</param>
    /// <returns>[rows, channels].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A probability outside 0 to below 1.</exception>
    public static Variable Forward(Variable input, float probability, Tape? tape)
    {
        ArgumentNullException.ThrowIfNull(input);
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
