using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class SoftCrossEntropyTests
{
    private const byte Ignore = 255;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(19, true)]
    public void ApplySoft_AnyShape_AgreesWithDoubleOracleAndItsSlope(int classes, bool weighted)
    {
        (Variable logits, byte[] labels, Variable targets, float[]? weights) = Make(7, classes, weighted);

        double actual = CrossEntropy.ApplySoft(logits, labels, targets, Ignore, weights, 0.7f, null);

        double[] z = [.. logits.Value];
        Assert.Equal(Oracle(z, labels, targets.Value, classes, weights, 0.7), actual, 1e-6);
        for (int i = 0; i < z.Length; i++)
        {
            double kept = z[i];
            z[i] = kept + 1e-5;
            double above = Oracle(z, labels, targets.Value, classes, weights, 0.7);
            z[i] = kept - 1e-5;
            double below = Oracle(z, labels, targets.Value, classes, weights, 0.7);
            z[i] = kept;
            Assert.Equal((above - below) / 2e-5, logits.Gradient[i], 2e-6);
        }
    }

    [Fact]
    public void ApplySoft_TargetsOfOneClass_IsTheLossOfLabels()
    {
        (Variable hard, byte[] labels, _, float[]? weights) = Make(50, 5, true);
        (Variable soft, _, _, _) = Make(50, 5, true);
        float[] targets = new float[50 * 5];
        for (int i = 0; i < 50; i++)
        {
            targets[(i * 5) + (labels[i] == Ignore ? 0 : labels[i])] = 1;
        }

        double expected = CrossEntropy.Apply(hard, labels, Ignore, weights);

        Assert.Equal(expected, CrossEntropy.ApplySoft(soft, labels, new Variable(targets, 50, 5, false), Ignore, weights), 1e-9);
        for (int i = 0; i < targets.Length; i++)
        {
            Assert.Equal(hard.Gradient[i], soft.Gradient[i], 1e-8);
        }
    }

    [Fact]
    public void ApplySoft_AnyThreadCount_GivesTheSameBits()
    {
        (Variable one, byte[] labels, Variable targets, _) = Make(5000, 3, false);
        (Variable many, _, _, _) = Make(5000, 3, false);

        Assert.Equal(
            CrossEntropy.ApplySoft(one, labels, targets, Ignore, null, 1, new Workers(1)),
            CrossEntropy.ApplySoft(many, labels, targets, Ignore, null, 1, new Workers(4)));
        Assert.Equal(one.Gradient, many.Gradient);
    }

    [Fact]
    public void ApplySoft_NothingCounts_IsZero()
    {
        Variable logits = new([1, 2, 3, 4], 2, 2);
        Variable targets = new([0.5f, 0.5f, 0.5f, 0.5f], 2, 2);

        Assert.Equal(0, CrossEntropy.ApplySoft(logits, [Ignore, Ignore], targets));
        Assert.Equal(0, CrossEntropy.ApplySoft(logits, [0, 1], targets, classWeights: [0, 0]));
        Assert.All(logits.Gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void ApplySoft_TargetsOfAnotherShape_Throws() => Assert.Contains(
        "targets: expected 2x2, got 1x2",
        Assert.Throws<ArgumentException>(() => CrossEntropy.ApplySoft(new([1, 2, 3, 4], 2, 2), [0, 1], new([1, 0], 1, 2))).Message);

    private static (Variable Logits, byte[] Labels, Variable Targets, float[]? Weights) Make(int rows, int classes, bool weighted)
    {
        Random random = new(rows + classes);
        float[] values = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)(random.NextDouble() * 6) - 3)];
        byte[] labels = [.. Enumerable.Range(0, rows).Select(i => i % 4 == 2 ? Ignore : (byte)random.Next(classes))];
        float[] targets = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)random.NextDouble())];
        for (int i = 0; i < rows; i++)
        {
            float sum = targets.AsSpan(i * classes, classes).ToArray().Sum();
            for (int c = 0; c < classes; c++)
            {
                targets[(i * classes) + c] /= sum;
            }
        }

        float[]? weights = weighted ? [.. Enumerable.Range(0, classes).Select(c => c % 3 * 0.7f)] : null;
        return (new Variable(values, rows, classes), labels, new Variable(targets, rows, classes, false), weights);
    }

    private static double Oracle(double[] z, byte[] labels, float[] targets, int classes, float[]? weights, double scale)
    {
        double sum = 0;
        double weightSum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == Ignore)
            {
                continue;
            }

            double all = Enumerable.Range(0, classes).Sum(c => Math.Exp(z[(i * classes) + c]));
            for (int c = 0; c < classes; c++)
            {
                double w = (weights?[c] ?? 1) * (double)targets[(i * classes) + c];
                weightSum += w;
                sum -= w * Math.Log(Math.Exp(z[(i * classes) + c]) / all);
            }
        }

        return weightSum == 0 ? 0 : scale * sum / weightSum;
    }
}
