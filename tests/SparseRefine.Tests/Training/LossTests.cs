using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public class LossTests
{
    private const byte Ignore = 255;

    private delegate double Loss(
        Variable logits, byte[] labels, byte ignoreIndex, float[]? weights, float scale, Workers? workers);

    public static TheoryData<string, int, int, bool> Cases
    {
        get
        {
            TheoryData<string, int, int, bool> cases = [];
            foreach (string loss in new[] { "ce", "dice" })
            {
                foreach (int classes in new[] { 1, 2, 3, 11, 19, 33 })
                {
                    cases.Add(loss, 7, classes, false);
                    cases.Add(loss, 7, classes, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_AnyShape_AgreesWithDoubleOracle(string loss, int rows, int classes, bool weighted)
    {
        (Variable logits, byte[] labels, float[]? weights) = Make(rows, classes, weighted);

        double actual = Get(loss)(logits, labels, Ignore, weights, 0.7f, null);

        Assert.Equal(Oracle(loss, logits.Value, labels, classes, weights, 0.7f), actual, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_AnyShape_GradientAgreesWithFiniteDifferences(string loss, int rows, int classes, bool weighted)
    {
        (Variable logits, byte[] labels, float[]? weights) = Make(rows, classes, weighted);
        Get(loss)(logits, labels, Ignore, weights, 0.7f, null);
        double[] z = [.. logits.Value];

        for (int i = 0; i < z.Length; i++)
        {
            double kept = z[i];
            z[i] = kept + 1e-5;
            double above = Oracle(loss, z, labels, classes, weights, 0.7f);
            z[i] = kept - 1e-5;
            double below = Oracle(loss, z, labels, classes, weights, 0.7f);
            z[i] = kept;
            double expected = (above - below) / 2e-5;
            Assert.True(
                Math.Abs(expected - logits.Gradient[i]) <= 1e-5 * Math.Max(Math.Abs(expected), 0.1),
                $"gradient {i}: expected {expected}, got {logits.Gradient[i]}");
        }
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_Twice_AddsToGradient(string loss)
    {
        (Variable logits, byte[] labels, _) = Make(7, 4, false);
        Get(loss)(logits, labels, Ignore, null, 1, null);
        float[] once = [.. logits.Gradient];

        Get(loss)(logits, labels, Ignore, null, 1, null);

        Assert.Equal(once.Select(g => 2 * g), logits.Gradient);
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_AllIgnored_GivesZeroAndNoGradient(string loss)
    {
        Variable logits = new([1, 2, 3, 4], 2, 2);

        Assert.Equal(0, Get(loss)(logits, [Ignore, Ignore], Ignore, null, 1, null));
        Assert.All(logits.Gradient, g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_NoRows_GivesZero(string loss) =>
        Assert.Equal(0, Get(loss)(new Variable([], 0, 3), [], Ignore, null, 1, null));

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_AllWeightsZero_GivesZeroAndNoGradient(string loss)
    {
        Variable logits = new([1, 2, 3, 4], 2, 2);

        Assert.Equal(0, Get(loss)(logits, [0, 1], Ignore, [0, 0], 1, null));
        Assert.All(logits.Gradient, g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_IgnoreIndexBelowClasses_LeavesThoseRowsOut(string loss)
    {
        Variable logits = new([1, 2, -1, 4], 2, 2);
        Variable alone = new([1, 2], 1, 2);

        double actual = Get(loss)(logits, [1, 0], 0, null, 1, null);

        Assert.Equal(Get(loss)(alone, [1], 0, null, 1, null), actual, 1e-12);
        Assert.Equal([alone.Gradient[0], alone.Gradient[1], 0, 0], logits.Gradient);
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_HugeLogits_StaysFinite(string loss)
    {
        Variable logits = new([1e30f, -1e30f, -1e30f, 1e30f], 2, 2);

        double actual = Get(loss)(logits, [0, 1], Ignore, null, 1, null);

        Assert.Equal(0, actual, 1e-9);
        Assert.All(logits.Gradient, g => Assert.Equal(0, g, 1e-6));
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_NaNLogit_GivesNaN(string loss)
    {
        Variable logits = new([float.NaN, 1, 2, 3], 2, 2);

        Assert.True(double.IsNaN(Get(loss)(logits, [0, 1], Ignore, null, 1, null)));
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_NoGradientNeeded_GivesTheSameLoss(string loss)
    {
        (Variable logits, byte[] labels, _) = Make(7, 4, false);
        Variable frozen = new(logits.Value, logits.Rows, logits.Channels, needsGradient: false);

        double actual = Get(loss)(frozen, labels, Ignore, null, 1, null);

        Assert.Equal(Get(loss)(logits, labels, Ignore, null, 1, null), actual);
        Assert.All(frozen.Gradient, g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_AnyThreadCount_GivesTheSameBits(string loss)
    {
        (Variable one, byte[] labels, _) = Make(5000, 3, false);
        (Variable many, _, _) = Make(5000, 3, false);

        double expected = Get(loss)(one, labels, Ignore, null, 1, new Workers(1));
        double actual = Get(loss)(many, labels, Ignore, null, 1, new Workers(4));

        Assert.Equal(expected, actual);
        Assert.Equal(one.Gradient, many.Gradient);
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("dice")]
    public void Apply_BadInput_Throws(string loss)
    {
        Variable logits = new([1, 2, 3, 4], 2, 2);
        Loss apply = Get(loss);

        Assert.Contains("got 2 in row 1", Message(() => apply(logits, [0, 2], Ignore, null, 1, null)));
        Assert.Contains("expected 2 values, got 1", Message(() => apply(logits, [0], Ignore, null, 1, null)));
        Assert.Contains("classWeights", Message(() => apply(logits, [0, 1], Ignore, [1], 1, null)));
        Assert.Contains("classWeights", Message(() => apply(logits, [0, 1], Ignore, [1, -1], 1, null)));
        Assert.Contains("classWeights", Message(() => apply(logits, [0, 1], Ignore, [1, float.NaN], 1, null)));
        Assert.Contains("scale", Message(() => apply(logits, [0, 1], Ignore, null, float.NaN, null)));
        Assert.All(logits.Gradient, g => Assert.Equal(0, g));
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static Loss Get(string loss) => loss == "ce" ? CrossEntropy.Apply : DiceLoss.Apply;

    private static (Variable Logits, byte[] Labels, float[]? Weights) Make(int rows, int classes, bool weighted)
    {
        Random random = new(rows + classes);
        float[] values = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)(random.NextDouble() * 6) - 3)];
        byte[] labels = [.. Enumerable.Range(0, rows).Select(i => i % 4 == 2 ? Ignore : (byte)random.Next(classes))];
        float[]? weights = weighted ? [.. Enumerable.Range(0, classes).Select(c => 0.5f + c)] : null;
        return (new Variable(values, rows, classes), labels, weights);
    }

    private static double Oracle(
        string loss, IReadOnlyList<float> z, byte[] labels, int classes, float[]? weights, double scale) =>
        Oracle(loss, [.. z.Select(v => (double)v)], labels, classes, weights, scale);

    private static double Oracle(
        string loss, double[] z, byte[] labels, int classes, float[]? weights, double scale)
    {
        double sum = 0;
        double weightSum = 0;
        double[] overlap = new double[classes];
        double[] predicted = new double[classes];
        double[] labelled = new double[classes];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] == Ignore)
            {
                continue;
            }

            double[] exp = [.. z.Skip(row * classes).Take(classes).Select(Math.Exp)];
            double total = exp.Sum();
            double w = weights?[labels[row]] ?? 1;
            sum -= w * Math.Log(exp[labels[row]] / total);
            weightSum += w;
            overlap[labels[row]] += exp[labels[row]] / total;
            labelled[labels[row]]++;
            for (int c = 0; c < classes; c++)
            {
                predicted[c] += exp[c] / total;
            }
        }

        if (loss == "ce")
        {
            return scale * sum / weightSum;
        }

        int[] present = [.. Enumerable.Range(0, classes).Where(c => labelled[c] > 0)];
        return scale * present.Sum(c =>
                (weights?[c] ?? 1) * (1 - (((2 * overlap[c]) + 1) / (predicted[c] + labelled[c] + 1))))
            / present.Sum(c => (double)(weights?[c] ?? 1));
    }
}
