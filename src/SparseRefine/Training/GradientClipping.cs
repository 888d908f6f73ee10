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

        double sum = 0;
        foreach (Parameter parameter in parameters)
        {
            foreach (float g in parameter.Gradient)
            {
                sum += (double)g * g;
            }
        }

        double norm = Math.Sqrt(sum);
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
}
