namespace SparseRefine.Onnx.Export;

/// <summary>Of two classes with the scores' difference a: below which a an entropy is above its threshold, and a margin below its own. Both fall or rise with a alone.</summary>
internal static class PairLimits
{
    // From exp(-a) = 2^-25 on, p1 - p2 is 1 in single precision.
    private static readonly double LargestMargin = 25 * Math.Log(2);

    /// <summary>The a at which the entropy is the threshold; 0: no a has more.</summary>
    public static float OfEntropy(float threshold)
    {
        if (threshold >= Entropy(0))
        {
            return 0;
        }

        // exp(-87) is about the least number of single precision, in which the engine computes: with a larger a the entropy is 0.
        (double low, double high) = (0, 87);
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Entropy(middle) > threshold ? (middle, high) : (low, middle);
        }

        return (float)high;
    }

    /// <summary>The a at which p1 - p2 = tanh(a / 2) is the margin; 0: none is below.</summary>
    public static float OfMargin(float margin) => (float)Math.Min(2 * Math.Atanh(margin), LargestMargin);

    private static double Entropy(double a)
    {
        double q = Math.Exp(-a);
        double log = Math.Log(1 + q);
        return (log + (q * Math.Min(a + log, -Math.Log(1e-5)))) / (1 + q);
    }
}
