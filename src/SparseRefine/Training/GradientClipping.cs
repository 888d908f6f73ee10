using System.Runtime.Intrinsics;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>Keeps one bad batch from throwing the parameters far away.</summary>
internal static class GradientClipping
{
    /// <summary>Scales all gradients by maxNorm / norm where their joint Euclidean norm is above <paramref name="maxNorm"/>.</summary>
    /// <param name="parameters">Parameters; those not trained do not count.</param>
    /// <param name="maxNorm">The largest norm allowed, above 0.</param>
    /// <returns>
    /// The norm before scaling. Not finite where a gradient is not: then nothing is scaled and the caller should leave out
    /// the step.
    /// </returns>
    /// <exception cref="ArgumentException">A largest norm of 0 or below, or NaN.</exception>
    public static double ByNorm(IReadOnlyList<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm > 0))
        {
            throw new ArgumentException($"maxNorm: expected a number above 0, got {maxNorm}", nameof(maxNorm));
        }

        double norm = Math.Sqrt(parameters.Sum(parameter => SquareSum(parameter.Gradient)));
        if (norm > maxNorm && double.IsFinite(norm))
        {
            float factor = (float)(maxNorm / norm);
            foreach (Parameter parameter in parameters)
            {
                float[] gradient = parameter.Gradient;
                for (int i = 0; i < gradient.Length; i++)
                {
                    gradient[i] *= factor;
                }
            }
        }

        return norm;
    }

    // Eight sums side by side on every processor, so that the bits are the same everywhere; one alone would wait for each addition before the next.
    private static double SquareSum(ReadOnlySpan<float> values)
    {
        Vector256<double> low = default;
        Vector256<double> high = default;
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(values[i..]));
            low += a * a;
            high += b * b;
        }

        double sum = Vector256.Sum(low + high);
        for (; i < values.Length; i++)
        {
            sum += (double)values[i] * values[i];
        }

        return sum;
    }
}
