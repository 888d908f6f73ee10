namespace SparseRefine.Selectors;

/// <summary>
/// Bounds that spare most pixels the exponentials: with the best logit m ahead of the second, every other class has
/// weight at most q = exp(-m) of the best one's.
/// </summary>
internal static class DoubtfulMargin
{
    // Added to every m, far more than margins and entropies in single precision are off by (about 1e-5): an m that is too large costs a few needless
    // evaluations, one that is too small would give wrong answers.
    private const double Slack = 0.01;

    // e^-60 is 1e-26: where a larger m would be needed, every pixel is evaluated.
    private const double LargestUseful = 60;

    /// <summary>
    /// The m from which on no pixel of <paramref name="classes"/> classes has an entropy above the threshold. Raising
    /// the smallest weight raises the entropy, so it is largest when all others stand at q: with k = (C - 1) q,
    /// ln(1 + k) + k m / (1 + k), which falls with m.
    /// </summary>
    public static float ForEntropy(double threshold, int classes)
    {
        if (threshold >= LargestEntropy(0, classes))
        {
            return float.NegativeInfinity;
        }

        if (threshold < LargestEntropy(LargestUseful, classes))
        {
            return float.PositiveInfinity;
        }

        double low = 0;
        double high = LargestUseful;
        while (high - low > Slack / 10)
        {
            double middle = (low + high) / 2;
            (low, high) = LargestEntropy(middle, classes) > threshold ? (middle, high) : (low, middle);
        }

        return (float)(high + Slack);
    }

    /// <summary>The m from which on p1 - p2 = (1 - q) / Z is at least the margin, since Z is at most 1 + (C - 1) q.</summary>
    public static float ForProbabilities(double margin, int classes)
    {
        double q = (1 - margin) / (1 + margin * (classes - 1));
        return q <= 0 ? float.PositiveInfinity : (float)(Slack - Math.Log(q));
    }

    private static double LargestEntropy(double margin, int classes)
    {
        double k = (classes - 1) * Math.Exp(-margin);
        return Math.Log(1 + k) + k * margin / (1 + k);
    }
}
