using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public class AdamWTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 68), 255, 256, 257];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Update_AnyLength_EqualsScalarReference(int length)
    {
        AdamW.Coefficients k = new(0.9f, 0.1f, 0.99f, 0.01f, 0.998f, 0.03f, 1.7f, 1e-8f);
        float[][] expected = [Values(length, 1), Values(length, 2), Values(length, 3), Values(length, 4, positive: true)];
        float[][] actual = [.. expected.Select(a => (float[])a.Clone())];

        AdamW.UpdateScalar(expected[0], expected[1], expected[2], expected[3], k);
        AdamW.Update(actual[0], actual[1], actual[2], actual[3], k);

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Step_SeveralSteps_AgreesWithDoubleFormula()
    {
        Parameter parameter = new("w", [37]);
        Values(37, 1).CopyTo(parameter.Value, 0);
        double[] x = [.. parameter.Value];
        double[] m = new double[37];
        double[] v = new double[37];
        AdamW optimizer = new([parameter], new AdamWOptions { WeightDecay = 0.1 });

        for (int t = 1; t <= 5; t++)
        {
            float[] g = Values(37, 10 + t);
            g.CopyTo(parameter.Gradient, 0);
            optimizer.Step(0.01);
            for (int i = 0; i < 37; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * g[i]);
                v[i] = (0.999 * v[i]) + (0.001 * g[i] * g[i]);
                x[i] = (x[i] * (1 - (0.01 * 0.1)))
                    - (0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8));
                Assert.Equal(x[i], parameter.Value[i], 2e-6);
            }
        }

        Assert.Equal(5, optimizer.Steps);
    }

    [Fact]
    public void Step_FrozenSteps_LeaveTheParameterAndCountFromTheirEnd()
    {
        Parameter late = new("late", [3]) { FrozenSteps = 4 };
        Parameter same = new("same", [3]);
        Parameter slow = new("slow", [3], decayed: false) { RateFactor = 0.25 };
        Parameter fast = new("fast", [3], decayed: false);
        AdamW optimizer = new([late, slow, fast]);
        foreach (Parameter p in new[] { late, same, slow, fast })
        {
            Values(3, 1).CopyTo(p.Value, 0);
            Values(3, 2).CopyTo(p.Gradient, 0);
        }

        for (int i = 0; i < 4; i++)
        {
            optimizer.Step(0.01);
        }

        Assert.Equal(Values(3, 1), late.Value);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0.25 * (fast.Value[i] - Values(3, 1)[i]), slow.Value[i] - Values(3, 1)[i], 1e-6);
        }

        // A first step after the frozen ones is that of a new optimizer.
        optimizer.Step(0.01);
        new AdamW([same]).Step(0.01);
        Assert.Equal(same.Value, late.Value);
    }

    [Fact]
    public void Step_ZeroGradient_DecaysOnlyDecayedParameters()
    {
        Parameter weight = new("w", [3]);
        Parameter bias = new("b", [3], decayed: false);
        Parameter running = new("r", [3], trained: false);
        foreach (Parameter p in new[] { weight, bias, running })
        {
            Array.Fill(p.Value, 1);
        }

        new AdamW([weight, bias, running], new AdamWOptions { WeightDecay = 0.5 }).Step(0.1);

        Assert.All(weight.Value, x => Assert.Equal(0.95f, x, 1e-6f));
        Assert.All(bias.Value, x => Assert.Equal(1f, x));
        Assert.All(running.Value, x => Assert.Equal(1f, x));
    }

    [Fact]
    public void Step_AnyThreadCount_GivesTheSameBits()
    {
        Parameter one = new("w", [40000]);
        Parameter many = new("w", [40000]);
        Values(40000, 5).CopyTo(one.Gradient, 0);
        Values(40000, 5).CopyTo(many.Gradient, 0);

        new AdamW([one]).Step(0.1, new Workers(1));
        new AdamW([many]).Step(0.1, new Workers(3));

        Assert.Equal(one.Value, many.Value);
    }

    [Fact]
    public void Step_Quadratic_FindsMinimum()
    {
        Parameter x = new("x", [2]);
        AdamW optimizer = new([x], new AdamWOptions { WeightDecay = 0 });
        CosineSchedule schedule = new(10, 500, 0.1);
        for (int t = 0; t < 500; t++)
        {
            optimizer.ZeroGradients();
            x.Gradient[0] = 2 * (x.Value[0] - 3);
            x.Gradient[1] = 20 * (x.Value[1] + 1);
            optimizer.Step(schedule.Rate(t));
        }

        Assert.Equal(3, x.Value[0], 1e-2);
        Assert.Equal(-1, x.Value[1], 1e-2);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Step_BadRate_Throws(double rate) =>
        Assert.Throws<ArgumentException>(() => new AdamW([new Parameter("w", [1])]).Step(rate));

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentException>(() => new AdamWOptions { Beta1 = 1 });
        Assert.Throws<ArgumentException>(() => new AdamWOptions { Beta2 = double.NaN });
        Assert.Throws<ArgumentException>(() => new AdamWOptions { Epsilon = 0 });
        Assert.Throws<ArgumentException>(() => new AdamWOptions { WeightDecay = -0.1 });
    }

    private static float[] Values(int length, int seed, bool positive = false)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() * 2) - (positive ? 0 : 1))];
    }
}
