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
        float[] x = Samples.Values(rows * (Inputs + 2), 2);
        float[] bias = Samples.Values(outputs, 3);
        float[] scale = Samples.Values(outputs, 4);
        float[] shift = Samples.Values(outputs, 5);
        int wide = outputs + 3;
        float[] residual = Samples.Values((rows * wide) + 1, 6);
        float[] output = Filled((rows * wide) + 2, 9);
        float[] activated = Filled((rows * wide) + 3, 9);
        GatherProduct product = new()
        {
            Input = x,
            InputStride = Inputs + 2,
            Weights = PackedWeights.Pack(Enum.Parse<SimdPath>(path), weights, 1, Inputs, outputs),
            Rows = rows,
            Output = output,
            OutputStride = wide,
            OutputOffset = 2,
            Bias = bias,
            Residual = residual,
            ResidualStride = wide,
            ResidualOffset = 1,
            Relu = true,
            Activated = activated,
            ActivatedStride = wide,
            ActivatedOffset = 3,
            Scale = scale,
            Shift = shift,
        };

        product.Run(new Workers(2));

        float[] expected = Filled(output.Length, 9);
        float[] expectedActivated = Filled(activated.Length, 9);
        for (int i = 0; i < rows; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias[o] + residual[(i * wide) + 1 + o];
                for (int k = 0; k < Inputs; k++)
                {
                    sum += (double)x[(i * (Inputs + 2)) + k] * weights[(k * outputs) + o];
                }

                expected[(i * wide) + 2 + o] = (float)Math.Max(sum, 0);
                expectedActivated[(i * wide) + 3 + o] = (float)Math.Max((Math.Max(sum, 0) * scale[o]) + shift[o], 0);
            }
        }

        // Columns between the rows keep their nines.
        Tolerance.Equal(expected, output, 1e-5, 1, "output");
        Tolerance.Equal(expectedActivated, activated, 1e-5, 1, "activated");
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
                InputStride = 19,
                Map = map,
                Weights = PackedWeights.Pack(path, weights, 9, 19, 43),
                Rows = map.Rows,
                Output = output,
                OutputStride = 43,
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
