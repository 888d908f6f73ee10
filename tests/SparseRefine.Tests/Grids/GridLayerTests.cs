using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;
using SparseRefine.Tests.Layers;
using Xunit;

namespace SparseRefine.Tests.Grids;

/// <summary>Layers over grids in which every pixel is active, against their definitions in double precision.</summary>
public sealed class GridLayerTests
{
    private const double Relative = 2e-5;

    public static TheoryData<string, int, int, int, int, int> Cases()
    {
        TheoryData<string, int, int, int, int, int> cases = [];
        foreach (string path in Enum.GetNames<SimdPath>())
        {
            foreach ((int images, int height, int width) in new[] { (1, 1, 1), (2, 5, 4), (1, 6, 9), (3, 7, 13), (1, 16, 16) })
            {
                foreach ((int inputs, int outputs) in new[] { (1, 2), (3, 11), (8, 16), (24, 33), (40, 48) })
                {
                    cases.Add(path, images, height, width, inputs, outputs);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Submanifold_EveryPixelActive_MatchesTheDefinition(
        string path, int images, int height, int width, int inputs, int outputs)
    {
        GridShape grid = new(images, height, width);
        var layer = new SubmanifoldConvolution("layer", inputs, outputs, new Random(3), Enum.Parse<SimdPath>(path));
        Compare(
            (x, tape, workers) => layer.Forward(x, grid, tape, workers), layer.Core, All(grid), All(grid), 1, $"{path} {grid} {inputs}->{outputs}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Down_EveryPixelActive_MatchesTheDefinition(string path, int images, int height, int width, int inputs, int outputs)
    {
        GridShape grid = new(images, height, width);
        var layer = new DownConvolution("layer", inputs, outputs, new Random(3), Enum.Parse<SimdPath>(path));
        Compare(
            (x, tape, workers) => layer.Forward(x, grid, tape, workers), layer.Core, All(grid.Half), All(grid), 2, $"{path} {grid} {inputs}->{outputs}");
    }

    [Theory]
    [InlineData(1, 5, 7, 32, 16)]
    [InlineData(2, 9, 9, 13, 21)]
    public void Submanifold_SparseAndDensePath_Agree(int images, int height, int width, int inputs, int outputs)
    {
        GridShape grid = new(images, height, width);
        var workers = new Workers(2);
        var layer = new SubmanifoldConvolution("layer", inputs, outputs, new Random(3));
        var pyramid = SitePyramid.Build(All(grid), 1, workers);
        var input = new Variable(Samples.Values(grid.Rows * inputs, 4), grid.Rows, inputs);

        Variable sparse = layer.Forward(input, pyramid.Levels[0], null, workers);
        Variable dense = layer.Forward(input, grid, null, workers);

        Tolerance.Equal(sparse.Value, dense.Value, 1e-6, 1);
    }

    [Theory]
    [InlineData(1, 1, 1, 3, 5, 1)]
    [InlineData(2, 6, 5, 16, 5, 1)]
    [InlineData(1, 20, 23, 21, 7, 3)]
    [InlineData(1, 4, 30, 40, 7, 3)]
    [InlineData(1, 9, 9, 8, 3, 2)]
    public void Depthwise_Backward_MatchesTheDefinition(int images, int height, int width, int channels, int side, int dilation)
    {
        GridShape grid = new(images, height, width);
        foreach (SimdPath path in Enum.GetValues<SimdPath>())
        {
            var layer = new DepthwiseConvolution("layer", channels, side, dilation, new Random(3), path);
            Samples.Values(channels, 8).CopyTo(layer.Bias.Value, 0);
            var workers = new Workers(2);
            var tape = new Tape(workers, new Random(1));
            var input = new Variable(Samples.Values(grid.Rows * channels, 4), grid.Rows, channels);
            Variable output = layer.Forward(input, grid, tape, workers);
            float[] probe = Samples.Values(output.Value.Length, 5);
            probe.CopyTo(output.Gradient, 0);
            tape.Backward();

            double[] expected = new double[probe.Length];
            double[] inputGradient = new double[probe.Length];
            double[] weightGradient = new double[layer.Weight.Value.Length];
            for (int row = 0; row < grid.Rows; row++)
            {
                for (int c = 0; c < channels; c++)
                {
                    int at = (row * channels) + c;
                    expected[at] = layer.Bias.Value[c];
                    for (int tap = 0; tap < side * side; tap++)
                    {
                        int y = (row / width % height) + (((tap / side) - (side / 2)) * dilation);
                        int x = (row % width) + (((tap % side) - (side / 2)) * dilation);
                        if (y >= 0 && y < height && x >= 0 && x < width)
                        {
                            int from = ((((row / grid.Pixels * height) + y) * width) + x) * channels + c;
                            int w = (tap * channels) + c;
                            expected[at] += (double)input.Value[from] * layer.Weight.Value[w];
                            inputGradient[from] += (double)probe[at] * layer.Weight.Value[w];
                            weightGradient[w] += (double)probe[at] * input.Value[from];
                        }
                    }
                }
            }

            Tolerance.Equal(expected, output.Value, Relative, 5, $"{path} output");
            Tolerance.Equal(inputGradient, input.Gradient, Relative, 5, $"{path} input gradient");
            Tolerance.Equal(weightGradient, layer.Weight.Gradient, Relative, 20, $"{path} weight gradient");
        }
    }

    private static SiteSet All(GridShape grid) =>
        new([.. Enumerable.Range(0, grid.Rows)], grid.Images, grid.Height, grid.Width);

    private static void Compare(
        Func<Variable, Tape, Workers, Variable> forward, Convolution core, SiteSet outputs, SiteSet inputs, int stride, string what)
    {
        float[] x = Samples.Values(inputs.Count * core.Inputs, 4);
        float[] gradient = Samples.Values(outputs.Count * core.Outputs, 5);
        DenseOracle.Result oracle = DenseOracle.Run(
            outputs, inputs, stride, false, x, core.Weight.Value, gradient, core.Inputs, core.Outputs);
        float[]? first = null;
        foreach (int threads in (int[])[1, 3])
        {
            Array.Clear(core.Weight.Gradient);
            var workers = new Workers(threads);
            var tape = new Tape(workers, new Random(1));
            var input = new Variable(x, inputs.Count, core.Inputs);
            Variable output = forward(input, tape, workers);
            gradient.CopyTo(output.Gradient, 0);
            tape.Backward();

            Tolerance.Equal(oracle.Output, output.Value, Relative, 5, what + " output");
            Tolerance.Equal(oracle.InputGradient, input.Gradient, Relative, 10, what + " input gradient");
            Tolerance.Equal(oracle.WeightGradient, core.Weight.Gradient, Relative, 20, what + " weight gradient");
            first ??= [.. core.Weight.Gradient];
            Assert.Equal(first, core.Weight.Gradient);
        }
    }
}
