using SparseRefine.Layers;

namespace SparseRefine.Tests;

/// <summary>Gradients of whole networks against central differences.</summary>
internal static class GradientCheck
{
    /// <summary>Sum of products, in double precision.</summary>
    public static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    /// <summary>
    /// Compares, parameter by parameter, the slope along the gradient itself, which is its norm: one well conditioned number. Relus have kinks
    /// between the two points of a difference now and then, so the smallest error over a few step widths counts; a wrong gradient is wrong at
    /// all of them.
    /// </summary>
    /// <param name="parameters">Gradients are set; values come back as they were.</param>
    /// <param name="loss">The loss at the present values.</param>
    public static void Directions(IReadOnlyList<Parameter> parameters, Func<double> loss)
    {
        // Running statistics move with each forward pass and are no part of the loss.
        foreach (Parameter parameter in parameters.Where(p => p.IsTrained))
        {
            float[] kept = [.. parameter.Value];
            double slope = Math.Sqrt(Dot(parameter.Gradient, parameter.Gradient));
            double[] direction = [.. parameter.Gradient.Select(g => g / Math.Max(slope, 1e-12))];
            double smallest = double.PositiveInfinity;
            double nearest = 0;
            foreach (double step in (double[])[1e-2, 3e-3, 1e-3])
            {
                double above = Moved(step);
                double below = Moved(-step);
                double difference = (above - below) / (2 * step);
                if (Math.Abs(difference - slope) < smallest)
                {
                    smallest = Math.Abs(difference - slope);
                    nearest = difference;
                }
            }

            kept.CopyTo(parameter.Value, 0);
            Tolerance.Equal(nearest, slope, 3e-2, 1e-2, parameter.Name);

            double Moved(double step)
            {
                for (int i = 0; i < kept.Length; i++)
                {
                    parameter.Value[i] = (float)(kept[i] + (step * direction[i]));
                }

                return loss();
            }
        }
    }
}
