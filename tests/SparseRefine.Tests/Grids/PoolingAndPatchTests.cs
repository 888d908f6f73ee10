using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using Xunit;

namespace SparseRefine.Tests.Grids;

/// <summary>What a ResNet begins with, against its definition.</summary>
public sealed class PoolingAndPatchTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 3 }, { 2, 4, 6, 16 }, { 1, 5, 7, 19 }, { 3, 32, 18, 64 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool_WithTies_LargestOfTheWindowAndItsFirstPixelTakesTheGradient(int images, int height, int width, int channels)
    {
        GridShape grid = new(images, height, width);

        // As behind a relu: many zeros, so that windows hold equal values.
        float[] values = [.. Samples.Values(grid.Rows * channels, 3).Select(v => Math.Max(v, 0))];
        var input = new Variable(values, grid.Rows, channels);
        var tape = new Tape(new Workers(2), new Random(1));

        Variable output = MaxPool.Forward(input, grid, tape, tape.Workers);

        float[] gradient = Samples.Values(output.Length, 5);
        gradient.CopyTo(output.Gradient, 0);
        tape.Backward();
        float[] expected = new float[output.Length];
        float[] expectedGradient = new float[values.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            (int row, int c) = Math.DivRem(i, channels);
            (int line, int x) = Math.DivRem(row, grid.Half.Width);
            (int image, int y) = Math.DivRem(line, grid.Half.Height);
            int[] window =
            [
                .. from v in Enumerable.Range((2 * y) - 1, 3)
                   from u in Enumerable.Range((2 * x) - 1, 3)
                   where v >= 0 && v < height && u >= 0 && u < width
                   select ((((((image * height) + v) * width) + u) * channels) + c),
            ];
            expected[i] = window.Max(at => values[at]);
            expectedGradient[window.First(at => values[at] == expected[i])] += gradient[i];
        }

        Assert.Equal(expected, output.Value);
        Tolerance.Equal(expectedGradient, input.Gradient, 1e-6, 1);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ConvolutionUnit_OfSide7AndOfSide1_MatchTheDefinition(int images, int height, int width, int outputs)
    {
        GridShape grid = new(images, height, width);
        foreach ((int side, int inputs, int live) in new[] { (7, 8, 3), (1, 24, 24) })
        {
            var unit = new ConvolutionUnit("unit", inputs, outputs, side, 2, new Random(3), live);
            var workers = new Workers(2);
            var input = new Variable(Samples.Values(grid.Rows * inputs, 4), grid.Rows, inputs, needsGradient: side == 1);

            float[] inference = unit.Forward(input, grid, false, null, null, workers).Value;

            var tape = new Tape(workers, new Random(1), new BufferPool());
            Variable raw = unit.Core.Forward(
                side == 7 ? Patches.Forward(input, grid, side, live, tape, workers) : input,
                side == 7 ? ConvolutionMaps.Pointwise(grid.Half) : ConvolutionMaps.Of(GridMap.Down(grid, side)),
                null,
                tape,
                workers);
            float[] values = [.. raw.Value.Take(raw.Length)];
            float[] probe = Samples.Values(raw.Length, 5);
            probe.CopyTo(raw.Gradient, 0);
            tape.Backward();
            double[] expected = new double[probe.Length];
            double[] weightGradient = new double[side * side * live * outputs];
            double[] inputGradient = new double[input.Length];
            float[] weights = unit.Core.Weight.Value;
            for (int row = 0; row < grid.Half.Rows; row++)
            {
                (int line, int x) = Math.DivRem(row, grid.Half.Width);
                (int image, int y) = Math.DivRem(line, grid.Half.Height);
                for (int tap = 0; tap < side * side; tap++)
                {
                    int v = (2 * y) + (tap / side) - (side / 2);
                    int u = (2 * x) + (tap % side) - (side / 2);
                    if (v < 0 || v >= height || u < 0 || u >= width)
                    {
                        continue;
                    }

                    for (int c = 0; c < live; c++)
                    {
                        int from = ((((((image * height) + v) * width) + u) * inputs) + c);
                        for (int o = 0; o < outputs; o++)
                        {
                            int w = (((tap * live) + c) * outputs) + o;
                            expected[(row * outputs) + o] += (double)input.Value[from] * weights[w];
                            weightGradient[w] += (double)input.Value[from] * probe[(row * outputs) + o];
                            inputGradient[from] += (double)weights[w] * probe[(row * outputs) + o];
                        }
                    }
                }
            }

            // The norm of a new unit divides by sqrt(1 + 1e-5).
            Tolerance.Equal([.. expected.Select(e => (float)(e / Math.Sqrt(1 + 1e-5)))], inference, 2e-5, expected.Max(Math.Abs));
            Tolerance.Equal([.. expected.Select(e => (float)e)], values, 2e-5, expected.Max(Math.Abs));
            Tolerance.Equal(
                [.. weightGradient.Select(e => (float)e)], unit.Core.Weight.Gradient[..weightGradient.Length], 2e-5, weightGradient.Max(Math.Abs));
            if (side == 1)
            {
                Tolerance.Equal([.. inputGradient.Select(e => (float)e)], input.Gradient, 2e-5, inputGradient.Max(Math.Abs));
            }
        }
    }
}
