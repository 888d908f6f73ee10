namespace SparseRefine.Layers;

/// <summary>Starting values of weights.</summary>
internal static class Initialization
{
    /// <summary>He et al. 2015: normal with variance 2 / fanIn, which keeps the variance through relu layers.</summary>
    public static void He(float[] values, double fanIn, Random random) => Normal(values, Math.Sqrt(2 / fanIn), random);

    /// <summary>Normal with mean 0.</summary>
    public static void Normal(float[] values, double deviation, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            // Box-Muller; 1 - u lies in (0, 1], so the logarithm is finite.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    /// <summary>Uniform in +-1 / sqrt(fanIn).</summary>
    public static void Uniform(float[] values, double fanIn, Random random)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((2 * random.NextDouble()) - 1) * bound);
        }
    }
}
