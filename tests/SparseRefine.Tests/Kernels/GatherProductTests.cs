using SparseRefine.Kernels;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Kernels;

public sealed class GatherProductTests
{
    private const int Inputs = 5;

    public static TheoryData<string, int, int> Grid()
    {
        TheoryData<string, int, int> data = [];
        foreach (string path in Enum.GetNames<SimdPath>())
        {
            foreach (int rows in (int[])[0, 1, 6, 7, 1000])
            {
                foreach (int outputs in (int[])[1, 4, 8, 11, 16, 24, 25, 32, 48, 67])
                {
                    data.Add(path, rows, outputs);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_EveryStepOfTheStore_EqualsFormula(string path, int rows, int outputs)
    {
        float[] weights = Samples.Values(Inputs * outputs, 1);
        float[] x = Samples.Values(rows * Inputs, 2);
        float[] bias = Samples.Values(outputs, 3);
        float[] scale = Samples.Values(outputs, 4);
        float[] shift = Samples.Values(outputs, 5);
        float[] residual = Samples.Values(rows * outputs, 6);
        float[] output = Filled((rows * outputs) + 3, 9);
        float[] activated = Filled((rows * outputs) + 3, 9);
        float[] activatedAlone = Filled((rows * outputs) + 3, 9);
        foreach (float[]? stored in (float[]?[])[output, null])
        {
            new GatherProduct
            {
                Input = x,
                Weights = PackedWeights.Pack(Enum.Parse<SimdPath>(path), weights, 1, Inputs, outputs),
                Rows = rows,
                Output = stored,
                Bias = bias,
                Residual = residual,
                Relu = true,
                Activated = stored == null ? activatedAlone : activated,
                Scale = scale,
                Shift = shift,
            }.Run(new Workers(2));
        }

        float[] expected = Filled(output.Length, 9);
        float[] expectedActivated = Filled(activated.Length, 9);
        for (int i = 0; i < rows; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias[o] + residual[(i * outputs) + o];
                for (int k = 0; k < Inputs; k++)
                {
                    sum += (double)x[(i * Inputs) + k] * weights[(k * outputs) + o];
                }

                expected[(i * outputs) + o] = (float)Math.Max(sum, 0);
                expectedActivated[(i * outputs) + o] = (float)Math.Max((Math.Max(sum, 0) * scale[o]) + shift[o], 0);
            }
        }

        // What lies behind the rows keeps its nines.
        Tolerance.Equal(expected, output, 1e-5, 1, "output");
        Tolerance.Equal(expectedActivated, activated, 1e-5, 1, "activated");
        Assert.Equal(activated, activatedAlone);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    [InlineData(5, 12)]
    [InlineData(24, 7)]
    public void Run_TwoInputs_HaveTheBitsOfThemSideBySide(int first, int second)
    {
        const int Outputs = 27;
        Workers workers = new(2);
        int inputs = first + second;
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 30, 31, 0.6, 5), 1, workers);
        KernelMap map = pyramid.Levels[0].Neighbors;
        float[] left = Samples.Values(map.Rows * first, 1);
        float[] right = Samples.Values(map.Rows * second, 2);
        float[] joined = [.. Enumerable.Range(0, map.Rows).SelectMany(i =>
            left.Skip(i * first).Take(first).Concat(right.Skip(i * second).Take(second)))];
        float[] weights = Samples.Values(9 * inputs * Outputs, 3);
        foreach (SimdPath path in Enum.GetValues<SimdPath>())
        {
            PackedWeights packed = PackedWeights.Pack(path, weights, 9, inputs, Outputs);
            float[] expected = new float[map.Rows * Outputs];
            float[] actual = new float[map.Rows * Outputs];
            new GatherProduct { Input = joined, Map = map, Weights = packed, Rows = map.Rows, Output = expected }.Run(workers);
            new GatherProduct
            {
                Input = left,
                SecondInput = right,
                SecondChannels = second,
                Map = map,
                Weights = packed,
                Rows = map.Rows,
                Output = actual,
            }.Run(workers);
            Assert.Equal(expected, actual);
        }
    }

    [FusedFact]
    public void Run_EveryPath_SameBitsWithFusedMultiplyAdd()
    {
        Workers workers = new(1);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 30, 31, 0.6, 5), 1, workers);
        KernelMap map = pyramid.Levels[0].Neighbors;
        float[] x = Samples.Values(map.Rows * 19, 1);
        float[] weights = Samples.Values(9 * 19 * 43, 2);
        float[][] results = [.. Enum.GetValues<SimdPath>().Select(path =>
        {
            float[] output = new float[map.Rows * 43];
            new GatherProduct
            {
                Input = x,
                Map = map,
                Weights = PackedWeights.Pack(path, weights, 9, 19, 43),
                Rows = map.Rows,
                Output = output,
            }.Run(workers);
            return output;
        })];

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    private static float[] Filled(int length, float value)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
