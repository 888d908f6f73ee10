using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Layers;

public sealed class ConvolutionTests
{
    public static TheoryData<string, string, int, int, int, int, double> Grid()
    {
        TheoryData<string, string, int, int, int, int, double> data = [];
        (int Images, int Height, int Width, double Density)[] sets =
            [(1, 1, 1, 1), (1, 9, 11, 0.3), (2, 7, 5, 1), (1, 12, 1, 0.7), (1, 8, 8, 0)];
        (int In, int Out)[] channels = [(1, 1), (3, 8), (16, 16), (8, 33), (17, 24), (67, 40), (32, 67), (260, 5)];
        foreach (string path in (string[])["Scalar", "Vector128", "Vector256", "Vector512"])
        {
            foreach (string kind in (string[])["same", "down", "up"])
            {
                for (int s = 0; s < sets.Length; s++)
                {
                    foreach ((int cin, int cout) in channels)
                    {
                        data.Add(path, kind, sets[s].Images, (sets[s].Height * 100) + sets[s].Width, cin, cout, sets[s].Density);
                    }
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void ForwardBackward_AnyShape_EqualsDenseOracle(
        string path, string kind, int images, int size, int cin, int cout, double density)
    {
        Workers workers = new(2);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(images, size / 100, size % 100, density, 11), 2, workers);
        SiteLevel fine = pyramid.Levels[0];
        SiteLevel coarse = pyramid.Levels[1];
        SiteLevel from = kind == "up" ? coarse : fine;
        SiteLevel to = kind == "down" ? coarse : fine;
        Convolution core = new("c", 9, cin, cout, false, Enum.Parse<SimdPath>(path));
        Samples.Values(core.Weight.Value.Length, 1).CopyTo(core.Weight.Value, 0);
        float[] x = Samples.Values(from.Sites.Count * cin, 2);
        float[] gradient = Samples.Values(to.Sites.Count * cout, 3);
        Variable input = new(x, from.Sites.Count, cin);
        ConvolutionMaps maps = kind switch
        {
            "same" => ConvolutionMaps.Submanifold(fine),
            "down" => ConvolutionMaps.Down(fine, coarse),
            _ => ConvolutionMaps.Up(fine, coarse),
        };

        Tape tape = new(workers, new Random(1));
        Variable output = core.Forward(input, maps, null, tape, workers);
        gradient.CopyTo(output.Gradient, 0);
        tape.Backward();

        DenseOracle.Result expected = DenseOracle.Run(
            kind == "same" ? fine.Sites : coarse.Sites, fine.Sites, kind == "same" ? 1 : 2, kind == "up", x, core.Weight.Value, gradient, cin, cout);
        Tolerance.Equal(expected.Output, output.Value, 1e-5, 9 * cin, "output");
        Tolerance.Equal(expected.InputGradient, input.Gradient, 1e-5, 9 * cout, "input gradient");
        Tolerance.Equal(expected.WeightGradient, core.Weight.Gradient, 1e-5, 10, "weight gradient");
    }

    [Theory]
    [InlineData("Scalar")]
    [InlineData("Vector128")]
    [InlineData("Vector256")]
    [InlineData("Vector512")]
    public void Forward_EachChannelCount1To67_EqualsScalar(string path)
    {
        Workers workers = new(1);
        SiteLevel level = SitePyramid.Build(Samples.Sites(1, 8, 9, 0.6, 5), 1, workers).Levels[0];
        int sites = level.Sites.Count;
        for (int channels = 1; channels <= 67; channels++)
        {
            float[][] results = new float[2][];
            for (int side = 0; side < 2; side++)
            {
                SimdPath used = side == 0 ? SimdPath.Scalar : Enum.Parse<SimdPath>(path);
                SubmanifoldConvolution layer = new("c", channels, 68 - channels, new Random(1), used);
                Variable x = new(Samples.Values(sites * channels, 2), sites, channels);
                results[side] = layer.Forward(x, level, null, workers).Value;
            }

            Tolerance.Equal(results[0], results[1], 1e-5, 1, $"channels {channels}");
        }
    }

    [Fact]
    public void Linear_WithBias_EqualsOracleBothWays()
    {
        Workers workers = new(2);
        const int Rows = 3000;
        Linear layer = new("l", 19, 7, new Random(1));
        float[] w = layer.Parameters[0].Value;
        float[] bias = layer.Parameters[1].Value;
        float[] x = Samples.Values(Rows * 19, 2);
        float[] g = Samples.Values(Rows * 7, 3);
        Variable input = new(x, Rows, 19);
        Tape tape = new(workers, new Random(1));

        Variable output = layer.Forward(input, tape, workers);
        g.CopyTo(output.Gradient, 0);
        tape.Backward();

        double[] y = new double[Rows * 7];
        double[] dx = new double[x.Length];
        double[] dw = new double[w.Length];
        double[] db = new double[7];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int o) = Math.DivRem(i, 7);
            y[i] = bias[o];
            db[o] += g[i];
            for (int k = 0; k < 19; k++)
            {
                y[i] += (double)x[(row * 19) + k] * w[(k * 7) + o];
                dx[(row * 19) + k] += (double)g[i] * w[(k * 7) + o];
                dw[(k * 7) + o] += (double)g[i] * x[(row * 19) + k];
            }
        }

        Tolerance.Equal(y, output.Value, 1e-5, 1, "output");
        Tolerance.Equal(dx, input.Gradient, 1e-5, 1, "input gradient");
        Tolerance.Equal(dw, layer.Parameters[0].Gradient, 1e-5, 100, "weight gradient");
        Tolerance.Equal(db, layer.Parameters[1].Gradient, 1e-5, 100, "bias gradient");
    }

    [Fact]
    public void DownAndUp_SameWeights_AreAdjoint()
    {
        Workers workers = new(1);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 15, 13, 0.5, 5), 2, workers);
        (SiteLevel fine, SiteLevel coarse) = (pyramid.Levels[0], pyramid.Levels[1]);
        DownConvolution down = new("d", 9, 9, new Random(1));
        UpConvolution up = new("u", 9, 9, new Random(1));
        float[] w = down.Parameters[0].Value;
        for (int i = 0; i < w.Length; i++)
        {
            up.Parameters[0].Value[(i / 81 * 81) + (i % 9 * 9) + (i / 9 % 9)] = w[i];
        }

        Variable x = new(Samples.Values(fine.Sites.Count * 9, 2), fine.Sites.Count, 9);
        Variable y = new(Samples.Values(coarse.Sites.Count * 9, 3), coarse.Sites.Count, 9);

        double left = Dot(down.Forward(x, fine, coarse, null, workers), y);
        double right = Dot(x, up.Forward(y, fine, coarse, null, workers));

        Tolerance.Equal(left, right, 1e-5, 10);
    }

    [Fact]
    public void Submanifold_PermutedSites_PermutesOutput()
    {
        Workers workers = new(1);
        SiteSet sites = Samples.Sites(1, 11, 10, 0.5, 5);
        int[] order = [.. Enumerable.Range(0, sites.Count)];
        new Random(4).Shuffle(order);
        SiteSet shuffled = new([.. order.Select(i => sites.Indices[i])], 1, 11, 10);
        float[] x = Samples.Values(sites.Count * 12, 1);
        float[] moved = [.. order.SelectMany(i => x[(i * 12)..((i + 1) * 12)])];
        SubmanifoldConvolution layer = new("c", 12, 20, new Random(2));

        float[] plain = layer.Forward(new Variable(x, sites.Count, 12), Level(sites), null, workers).Value;
        float[] permuted = layer.Forward(new Variable(moved, sites.Count, 12), Level(shuffled), null, workers).Value;

        Assert.Equal(order.SelectMany(i => plain[(i * 20)..((i + 1) * 20)]), permuted);
    }

    [Fact]
    public void Submanifold_TranslatedSites_SameOutput()
    {
        Workers workers = new(1);
        SiteSet sites = Samples.Sites(1, 6, 7, 0.6, 5);
        SiteSet moved = new([.. sites.Indices.Select(i => (((i / 7) + 3) * 20) + (i % 7) + 5)], 1, 15, 20);
        Variable x = new(Samples.Values(sites.Count * 6, 1), sites.Count, 6);
        SubmanifoldConvolution layer = new("c", 6, 20, new Random(2));

        Assert.Equal(layer.Forward(x, Level(sites), null, workers).Value, layer.Forward(x, Level(moved), null, workers).Value);
    }

    [Theory]
    [InlineData("Scalar")]
    [InlineData("Vector128")]
    [InlineData("Vector256")]
    [InlineData("Vector512")]
    public void ForwardBackward_AnyThreadCount_SameBits(string path)
    {
        // Several windows of sites and several blocks of the weight gradient.
        SiteLevel level = SitePyramid.Build(Samples.Sites(1, 90, 101, 0.7, 5), 1, new Workers(1)).Levels[0];
        float[][] first = [];
        for (int threads = 1; threads <= 4; threads++)
        {
            Workers workers = new(threads);
            SubmanifoldConvolution layer = new("c", 5, 20, new Random(2), Enum.Parse<SimdPath>(path));
            Variable x = new(Samples.Values(level.Count * 5, 1), level.Count, 5);
            Tape tape = new(workers, new Random(1));
            Variable y = layer.Forward(x, level, tape, workers);
            Samples.Values(level.Count * 20, 3).CopyTo(y.Gradient, 0);
            tape.Backward();

            float[][] results = [y.Value, x.Gradient, layer.Parameters[0].Gradient];
            first = threads == 1 ? results : first;
            Assert.Equal(first, results);
        }
    }

    [Fact]
    public void Forward_WrongShape_NamesBoth()
    {
        SiteLevel level = Level(SiteSet.Full(1, 2, 2));
        SubmanifoldConvolution layer = new("c", 6, 20, new Random(2));

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => layer.Forward(new Variable(new float[12], 3, 4), level, null, new Workers(1)));

        Assert.StartsWith("input: expected 4x6 values, got 3x4", error.Message, StringComparison.Ordinal);
    }

    private static SiteLevel Level(SiteSet sites) => SitePyramid.Build(sites, 1, new Workers(1)).Levels[0];

    private static double Dot(Variable a, Variable b) => a.Value.Zip(b.Value, (x, y) => (double)x * y).Sum();
}
