using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public class EntropyTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(19)]
    [InlineData(255)]
    public void Of_EqualLogits_IsLogOfClasses(int classes)
        => Assert.Equal(Math.Log(classes), Entropy.Of(new float[classes]), 1e-12);

    [Fact]
    public void Of_OneToThree_HasHandComputedValue()
        => Assert.Equal(-0.25 * Math.Log(0.25) - 0.75 * Math.Log(0.75), Entropy.Of([0f, MathF.Log(3)]), 1e-7);

    [Fact]
    public void Of_SmallProbability_IsClamped()
    {
        double p = 1 / (1 + Math.Exp(20));
        Assert.Equal(-p * Math.Log(1e-5) - (1 - p) * Math.Log(1 - p), Entropy.Of([20f, 0f]), 1e-15);
    }

    [Fact]
    public void Of_NaN_IsNaN() => Assert.True(double.IsNaN(Entropy.Of([0f, float.NaN])));

    [Fact]
    public void Of_NoClasses_Throws() => Assert.Throws<ArgumentException>(() => Entropy.Of([]));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(19)]
    [InlineData(67)]
    public void OfRows_AllLengths_MatchesScalar(int classes)
    {
        var random = new Random(classes);
        for (int count = 0; count <= 40; count++)
        {
            float[] rows = [.. Enumerable.Range(0, count * classes).Select(_ => (float)(random.NextDouble() * 40 - 20))];
            float[] entropies = new float[count];
            Entropy.OfRows(rows, classes, entropies);
            for (int i = 0; i < count; i++)
            {
                double expected = Entropy.Of(rows.AsSpan(i * classes, classes));
                Assert.True(
                    Math.Abs(entropies[i] - expected) <= 2e-6 * Math.Log(classes),
                    $"row {i} of {count}: expected {expected}, got {entropies[i]}");
            }
        }
    }

    [Fact]
    public void OfRows_SureLogits_IsNeverNegative()
    {
        float[] entropies = new float[3];
        Entropy.OfRows([1e30f, -1e30f, -500f, 500f, 100f, 0f], 2, entropies);
        Assert.Equal([0f, 0f, 0f], entropies);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    public void Softmax_InPlace_MatchesDouble(int classes)
    {
        var random = new Random(classes);
        float[] rows = [.. Enumerable.Range(0, 13 * classes).Select(_ => (float)(random.NextDouble() * 20 - 10))];
        double[][] expected =
            [.. rows.Chunk(classes).Select(row => LogitMaps.Softmax([.. row.Select(z => (double)z)]))];
        Entropy.Softmax(rows, classes, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            double p = expected[i / classes][i % classes];
            Assert.True(Math.Abs(rows[i] - p) <= 2e-6 * p, $"value {i}: expected {p}, got {rows[i]}");
        }
    }

    [Fact]
    public void OfRows_LengthsThatDiffer_Throws()
        => Assert.Throws<ArgumentException>(() => Entropy.OfRows(new float[6], 2, new float[2]));
}
