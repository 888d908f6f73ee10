using SparseRefine.Benchmarks.Harness;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>The sparse convolutions, forward as inference runs them (weights packed once, output allocated once) and backward.</summary>
internal static class ConvolutionCases
{
    private const int Height = 512;
    private const int Width = 1024;
    private const int CheckedRows = 500;

    /// <summary>3x3 on contour bands of four densities, beside the FMA peak and ONNX Runtime's dense convolution.</summary>
    public static IReadOnlyList<Case> Forward(int channels, int threads)
    {
        List<Case> cases = [PeakFma.Create(threads), DenseConvolution.Create(channels, threads)];
        foreach (double density in (double[])[0.05, 0.1, 0.2, 0.3])
        {
            SitePyramid pyramid = Pyramid(density, 1);
            SiteSet sites = pyramid.Levels[0].Sites;
            cases.Add(Product(
                FormattableString.Invariant($"3x3, {100 * density:0} % ({sites.Count} sites)"),
                new SubmanifoldConvolution("case", channels, channels, new Random(1)).Core,
                ConvolutionMaps.Submanifold(pyramid.Levels[0]),
                new Oracle(sites, sites, 1),
                isTransposed: false,
                threads));
        }

        return cases;
    }

    /// <summary>The layers of stride 2, the 1x1 projection and the last linear layer.</summary>
    public static IReadOnlyList<Case> OtherLayers(int threads)
    {
        SitePyramid pyramid = Pyramid(0.1, 2);
        SiteSet fine = pyramid.Levels[0].Sites;
        Oracle oracle = new(pyramid.Levels[1].Sites, fine, 2);
        Random random = new(1);
        List<Case> cases = [PeakFma.Create(threads)];
        foreach (int channels in (int[])[16, 32, 64])
        {
            cases.Add(Product(
                $"3x3 stride 2 down, {channels} to {2 * channels}",
                new DownConvolution("down", channels, 2 * channels, random).Core,
                ConvolutionMaps.Down(pyramid.Levels[0], pyramid.Levels[1]),
                oracle,
                isTransposed: false,
                threads));
            cases.Add(Product(
                $"3x3 stride 2 up, {2 * channels} to {channels}",
                new UpConvolution("up", 2 * channels, channels, random).Core,
                ConvolutionMaps.Up(pyramid.Levels[0], pyramid.Levels[1]),
                oracle,
                isTransposed: true,
                threads));
            cases.Add(Product(
                $"1x1, {2 * channels} to {channels}",
                new Linear("projection", 2 * channels, channels, random, bias: false).Core,
                ConvolutionMaps.Identity(fine.Count),
                null,
                isTransposed: false,
                threads));
        }

        cases.Add(Product(
            "linear with bias, 16 to 19", new Linear("linear", 16, 19, random).Core, ConvolutionMaps.Identity(fine.Count), null, isTransposed: false, threads));
        return cases;
    }

    /// <summary>Towards the input and towards the weights, beside the forward pass.</summary>
    public static IReadOnlyList<Case> Backward(int channels, int threads)
    {
        SitePyramid pyramid = Pyramid(0.1, 1);
        SiteLevel level = pyramid.Levels[0];
        SiteSet sites = level.Sites;
        Oracle oracle = new(sites, sites, 1);
        double work = 2.0 * oracle.Pairs() * channels * channels;
        Workers workers = new(threads);
        SubmanifoldConvolution layer = new("case", channels, channels, new Random(1));
        float[] x = Scene.Values(sites.Count * channels, seed: 4);
        float[] g = Scene.Values(sites.Count * channels, seed: 5);
        float[] w = layer.Parameters[0].Value;
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(level);
        float[] inputGradient = new float[x.Length];
        PackedWeights transposed = PackedWeights.PackTransposed(Simd.Default, w, 9, channels, channels, mirrored: true);
        GatherProduct towardsInput = new()
        {
            Input = g,
            Map = maps.Transposed,
            Weights = transposed,
            Rows = sites.Count,
            Output = inputGradient,
        };
        float[] weightGradient = new float[w.Length];
        WeightGradient towardsWeights = new()
        {
            Path = Simd.Default,
            Input = x,
            OutputGradient = g,
            Map = maps.Forward,
            Rows = sites.Count,
            Taps = 9,
            Inputs = channels,
            Outputs = channels,
            Gradient = weightGradient,
        };
        return
        [
            PeakFma.Create(threads),
            Product("forward", layer.Core, maps, oracle, isTransposed: false, threads),
            new Case("backward to the input", threads, work, Unit.Flop, () =>
            {
                towardsInput.Run(workers);
                foreach (int row in Rows(sites.Count))
                {
                    Check.Near(
                        oracle.InputGradient(row, g, w, channels, channels), Row(inputGradient, row, channels), $"input gradient {channels}, row {row}");
                }
            }, () => towardsInput.Run(workers)),
            new Case("backward to the weights", threads, work, Unit.Flop, () =>
            {
                Array.Clear(weightGradient);
                towardsWeights.Run(workers);
                foreach (int row in (int[])[0, (4 * channels) + 3, (9 * channels) - 1])
                {
                    Check.Near(
                        oracle.WeightGradient(row / channels, row % channels, x, g, channels, channels),
                        Row(weightGradient, row, channels),
                        $"weight gradient {channels}, row {row}");
                }
            }, () => towardsWeights.Run(workers)),

            // What the weight gradients of a level share: listed once a step, not once a layer.
            new Case("pair lists of the level", threads, sites.Count, Unit.Site, () =>
            {
                RowPairs pairs = new(level.Neighbors, null, workers);
                int chunks = (sites.Count + RowPairs.ChunkRows - 1) / RowPairs.ChunkRows;
                Check.That(
                    pairs.Counts.Take(chunks * KernelMap.Taps).Sum(c => (long)c) == oracle.Pairs(), "pair lists: another number of pairs");
                pairs.Return();
            }, () => new RowPairs(level.Neighbors, null, workers).Return()),
        ];
    }

    private static SitePyramid Pyramid(double density, int levels) =>
        SitePyramid.Build(Scene.Mask(Height, Width, density), levels, new Workers());

    private static Case Product(string name, Convolution layer, ConvolutionMaps maps, Oracle? oracle, bool isTransposed, int threads)
    {
        Workers workers = new(threads);
        float[] x = Scene.Values(maps.InputRows * layer.Inputs, seed: 4);
        float[] y = new float[maps.OutputRows * layer.Outputs];
        float[] w = layer.Weight.Value;
        GatherProduct product = new()
        {
            Input = x,
            Map = maps.Forward,
            Weights = layer.Pack(),
            Rows = maps.OutputRows,
            Output = y,
            Bias = layer.Bias?.Value,
        };
        double pairs = oracle?.Pairs() ?? maps.OutputRows;
        return new Case(name, threads, 2 * pairs * layer.Inputs * layer.Outputs, Unit.Flop, () =>
        {
            product.Run(workers);
            foreach (int row in Rows(maps.OutputRows))
            {
                double[] expected = oracle is null
                    ? Linear(x, w, layer.Bias?.Value, row, layer.Inputs, layer.Outputs)
                    : isTransposed
                        ? oracle.Transposed(row, x, w, layer.Inputs, layer.Outputs)
                        : oracle.Forward(row, x, w, layer.Inputs, layer.Outputs);
                Check.Near(expected, Row(y, row, layer.Outputs), $"{name}, row {row}");
            }
        }, () => product.Run(workers));
    }

    private static double[] Linear(float[] x, float[] w, float[]? bias, int row, int inputs, int outputs)
    {
        double[] sum = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            sum[o] = bias?[o] ?? 0;
            for (int i = 0; i < inputs; i++)
            {
                sum[o] += (double)x[(row * inputs) + i] * w[(i * outputs) + o];
            }
        }

        return sum;
    }

    private static IEnumerable<int> Rows(int count)
    {
        Random random = new(6);
        return Enumerable.Range(0, CheckedRows).Select(i => i == 0 ? count - 1 : random.Next(count));
    }

    private static double[] Row(float[] values, int row, int channels) =>
        Array.ConvertAll(values.AsSpan(row * channels, channels).ToArray(), v => (double)v);
}
