using Xunit;

namespace SparseRefine.Tests;

/// <summary>Relative comparison: |expected - actual| &lt;= relative * max(|expected|, scale).</summary>
internal static class Tolerance
{
    /// <param name="expected">The oracle's value.</param>
    /// <param name="actual">The value under test.</param>
    /// <param name="relative">Allowed error as a share of the value.</param>
    /// <param name="scale">Size of the terms that were summed; below it the error counts against this size.</param>
    /// <param name="what">Named in the failure.</param>
    public static void Equal(double expected, double actual, double relative, double scale = 1e-3, string what = "value")
    {
        if (expected.Equals(actual))
        {
            return;
        }

        double allowed = relative * Math.Max(Math.Abs(expected), scale);
        Assert.True(Math.Abs(expected - actual) <= allowed, $"{what}: expected {expected:R}, got {actual:R} (allowed error {allowed:g3})");
    }

    public static void Equal(
        IReadOnlyList<double> expected, IReadOnlyList<float> actual, double relative, double scale = 1e-3, string what = "value")
    {
        Assert.True(expected.Count == actual.Count, $"{what}: expected {expected.Count} values, got {actual.Count}");
        for (int i = 0; i < expected.Count; i++)
        {
            Equal(expected[i], actual[i], relative, scale, $"{what}[{i}]");
        }
    }

    public static void Equal(
        IReadOnlyList<float> expected, IReadOnlyList<float> actual, double relative, double scale = 1e-3, string what = "value")
    {
        Assert.True(expected.Count == actual.Count, $"{what}: expected {expected.Count} values, got {actual.Count}");
        for (int i = 0; i < expected.Count; i++)
        {
            Equal(expected[i], actual[i], relative, scale, $"{what}[{i}]");
        }
    }
}
