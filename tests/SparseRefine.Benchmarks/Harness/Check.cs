namespace SparseRefine.Benchmarks.Harness;

/// <summary>Comparisons that a benchmark makes before it times anything.</summary>
internal static class Check
{
    /// <summary>Every value within a share of the largest expected one; single-precision sums in another order differ by less.</summary>
    public static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what, double relative = 1e-4)
    {
        if (expected.Count != actual.Count)
        {
            throw new InvalidOperationException($"{what}: expected {expected.Count} values, got {actual.Count}");
        }

        double scale = Math.Max(expected.Max(Math.Abs), 1e-30);
        for (int i = 0; i < expected.Count; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= relative * scale))
            {
                throw new InvalidOperationException(
                    $"{what}: expected {expected[i]:R} at {i}, got {actual[i]:R} (largest {scale:g3}, allowed {relative * scale:g3})");
            }
        }
    }

    /// <summary>The same for single precision.</summary>
    public static void Near(float[] expected, float[] actual, string what, double relative = 1e-4) =>
        Near(Array.ConvertAll(expected, v => (double)v), Array.ConvertAll(actual, v => (double)v), what, relative);

    /// <summary>Fails unless it holds.</summary>
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
