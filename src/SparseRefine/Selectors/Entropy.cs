using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// How unsure a model is of one pixel: e = -sum_c p_c ln(max(p_c, 1e-5)) in nats, p = softmax(z); 0 when one class has
/// all the weight, ln C when all classes are equal (SparseRefine, section 3.1 and official code).
/// </summary>
public static class Entropy
{
    /// <summary>The entropy of one pixel, in double precision inside.</summary>
    /// <param name="logits">z, one value a class, finite.</param>
    /// <returns>e, from 0 to ln C; NaN where a logit is NaN.</returns>
    /// <exception cref="ArgumentException">No classes.</exception>
    public static double Of(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty)
        {
            throw new ArgumentException("logits: expected at least 1 value, got 0", nameof(logits));
        }

        double max = double.NegativeInfinity;
        foreach (float z in logits)
        {
            max = Math.Max(max, z);
        }

        double sum = 0;
        foreach (float z in logits)
        {
            sum += Math.Exp(z - max);
        }

        double entropy = 0;
        foreach (float z in logits)
        {
            double p = Math.Exp(z - max) / sum;
            entropy -= p * Math.Log(Math.Max(p, 1e-5));
        }

        return entropy;
    }

    /// <summary>The entropy of every row, vectorised; differs from <see cref="Of"/> by less than 2e-6 ln C.</summary>
    /// <param name="rows">[count, classes] logits, finite.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="entropies">[count] results; must not overlap <paramref name="rows"/>.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit together.</exception>
    public static void OfRows(ReadOnlySpan<float> rows, int classes, Span<float> entropies)
        => Fill(rows, classes, entropies, default);

    /// <summary>p = softmax(z) of every row, vectorised; relative error below 2e-6; about 1e-38 where z lies more than 87 below the largest.</summary>
    /// <param name="rows">[count, classes] logits, finite.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="probabilities">[count, classes] results; may be <paramref name="rows"/> itself.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit together.</exception>
    public static void Softmax(ReadOnlySpan<float> rows, int classes, Span<float> probabilities)
    {
        if (probabilities.Length != rows.Length)
        {
            throw new ArgumentException(
                $"probabilities: expected {rows.Length} values, got {probabilities.Length}", nameof(probabilities));
        }

        Fill(rows, classes, default, probabilities);
    }

    private static void Fill(ReadOnlySpan<float> rows, int classes, Span<float> entropies, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        int count = rows.Length / classes;
        if (count * classes != rows.Length || (probabilities.IsEmpty && entropies.Length != count))
        {
            throw new ArgumentException(
                $"rows: expected {entropies.Length} rows of {classes} values, got {rows.Length} values", nameof(rows));
        }

        ClassRows.SoftmaxRows(rows, classes, entropies, probabilities);
    }
}
