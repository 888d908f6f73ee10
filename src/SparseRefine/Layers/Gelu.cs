using System.Numerics;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// Gaussian error linear unit in its usual approximation (Hendrycks and Gimpel, arXiv 1606.08415): y = x s(x), s(x) =
/// 1 / (1 + exp(-2 u)), u = sqrt(2 / pi) (x + 0.044715 x^3). NaN stays NaN.
/// </summary>
internal static class Gelu
{
    /// <summary>2 sqrt(2 / pi).</summary>
    internal const float Factor = 1.5957691216f;

    internal const float Cubic = 0.044715f;

    private const int BlockValues = 1 << 14;

    /// <summary>[rows, channels]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable input, Tape? tape, Workers workers)
    {
        Variable output = Variable.Output(tape, input.Rows, input.Channels, input.NeedsGradient);
        float[] x = input.Value;
        float[] values = output.Value;
        workers.For(input.Length, BlockValues, (_, start, end) =>
        {
            for (int i = start; i < end; i += Vector<float>.Count)
            {
                Vector<float> v = Load(x, i, end);
                Store(v * Share(v), values, i, end);
            }
        });
        if (input.NeedsGradient)
        {
            tape?.Record(output, () => Backward(input.Value, output.Gradient, input.Gradient, input.Length, tape.Workers));
        }

        return output;
    }

    private static void Backward(float[] x, float[] outputGradient, float[] gradient, int length, Workers workers) =>
        workers.For(length, BlockValues, (_, start, end) =>
        {
            for (int i = start; i < end; i += Vector<float>.Count)
            {
                Vector<float> v = Load(x, i, end);
                Vector<float> s = Share(v);
                Vector<float> slope = new Vector<float>(Factor) + (new Vector<float>(3 * Cubic * Factor) * v * v);
                Vector<float> derivative = s + (v * s * (Vector<float>.One - s) * slope);
                Store(Load(gradient, i, end) + (Load(outputGradient, i, end) * derivative), gradient, i, end);
            }
        });

    private static Vector<float> Share(Vector<float> x) =>
        Vector<float>.One / (Vector<float>.One + Vector.Exp(-Factor * (x + (Cubic * x * x * x))));

    private static Vector<float> Load(float[] values, int at, int end)
    {
        if (at + Vector<float>.Count <= end)
        {
            return new Vector<float>(values, at);
        }

        Span<float> rest = stackalloc float[Vector<float>.Count];
        rest.Clear();
        values.AsSpan(at, end - at).CopyTo(rest);
        return new Vector<float>(rest);
    }

    private static void Store(Vector<float> value, float[] values, int at, int end)
    {
        for (int i = 0; i < Math.Min(Vector<float>.Count, end - at) && at + Vector<float>.Count > end; i++)
        {
            values[at + i] = value[i];
        }

        if (at + Vector<float>.Count <= end)
        {
            value.CopyTo(values, at);
        }
    }
}
