using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests.Networks;

/// <summary>The sparse U-Net with the dense model's inner features.</summary>
public sealed class FeatureReaderTests
{
    private const int Inputs = 5;
    private const int Classes = 3;

    [Theory]
    [InlineData(1, 1, 1, 3, 13, 18)]
    [InlineData(21, 3, 4, 16, 13, 18)]
    [InlineData(17, 9, 2, 5, 2, 3)]
    [InlineData(64, 7, 40, 16, 9, 9)]
    public void Forward_Sites_EqualsTheLayerBehindTheInterpolation(int features, int height, int width, int outputs, int rows, int columns)
    {
        FeatureMap[] maps = [Features(features, height, width, 1), Features(features, height + 2, width, 2)];
        NormedLinear layer = Layer(features, outputs);
        SiteSet sites = Samples.Sites(2, rows, columns, 0.7, 3);
        using CoarseColumn coarse = new([Map(maps[0]), Map(maps[1])], features, new Workers(2));

        float[] actual = FeatureReader.Forward(layer, coarse, sites, null, new Workers(2)).Value;

        Assert.Equal(actual, FeatureReader.Forward(layer, coarse, sites, null, new Workers(1)).Value);
        (float[] scale, float[] shift) = layer.Norm.Fold();
        for (int i = 0; i < sites.Count; i++)
        {
            (int image, int pixel) = (sites.Indices[i] / (rows * columns), sites.Indices[i] % (rows * columns));
            FeatureMap map = maps[image];
            double[] read = [.. Enumerable.Range(0, features).Select(d => (Oracle(map, d, rows, columns, pixel / columns, pixel % columns) * scale[d]) + shift[d])];
            for (int o = 0; o < outputs; o++)
            {
                double expected = layer.Map.Core.Bias!.Value[o] + read.Select((value, d) => value * layer.Map.Core.Weight.Value[(d * outputs) + o]).Sum();
                Tolerance.Equal(expected, actual[(i * outputs) + o], 1e-4, 1, $"site {i}, output {o}");
            }
        }
    }

    [Theory]
    [InlineData(1, 0.6)]
    [InlineData(3, 0.05)]
    public void Backward_EveryParameter_MatchesCentralDifferences(int images, double density)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(images, 8, 9, density, 5), 2, workers);
        int sites = pyramid.Levels[0].Count;
        SparseUNet network = Network([4, 5], 7, 3);
        using CoarseColumn coarse = new([.. Enumerable.Range(0, images).Select(i => Map(Features(7, 3 + i, 4, i)))], 7, workers);
        float[] input = Samples.Values(sites * Inputs, 4);
        float[] probe = Samples.Values(sites * Classes, 6);
        Variable Run(Tape tape) => network.Forward(new Variable(input, sites, Inputs), pyramid, tape, workers, coarse);
        Tape tape = new(workers, new Random(1), new BufferPool());
        Variable output = Run(tape);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();

        Assert.Contains(network.Features!.Map.Core.Weight.Gradient, g => g != 0);
        GradientCheck.Directions(network.Parameters, () => GradientCheck.Dot(Run(new Tape(workers, new Random(1))).Value, probe));
    }

    [Fact]
    public void Backward_StepOfFewSitesAfterOneOfMany_TakesNoMoreFromThePool()
    {
        Workers workers = new(1);
        BufferPool pool = new();
        pool.Expect(100_000);
        pool.Expect(2);
        using SitePyramid pyramid = SitePyramid.Build(new SiteSet([3, 4], 1, 8, 9), 2, workers);
        using CoarseColumn coarse = new([Map(Features(16, 40, 40, 1))], 16, workers);
        Tape tape = new(workers, new Random(1), pool);

        Variable output = Network([4, 5], 16, 3).Forward(new Variable(Samples.Values(2 * Inputs, 4), 2, Inputs), pyramid, tape, workers, coarse);
        Samples.Values(2 * Classes, 6).CopyTo(output.Gradient, 0);
        tape.Backward();

        // Arrays for 100,000 sites of up to 10 channels; with the map's 1600 pixels scaled as sites are, gigabytes.
        Assert.InRange(pool.Clear(), 1, 200_000_000);
    }

    [Fact]
    public void Add_AnyPlace_IsTheAdjointOfRead()
    {
        const int Channels = 19;
        MapRows map = new(Samples.Values(2 * 6 * Channels, 1), 6, Channels, 2, 3);
        MapRows sums = map with { Values = new float[map.Values.Length] };
        float[] read = new float[Channels];
        foreach ((double v, double u) in new[] { (0.0, 0.0), (0.3, 0.9), (0.5, 0.5), (1.0, 1.0), (0.26, 0.17) })
        {
            Array.Clear(sums.Values);
            float[] gradient = Samples.Values(Channels, 7);

            map.Read(v, u, read);
            sums.Add(v, u, gradient);

            Tolerance.Equal(GradientCheck.Dot(read, gradient), GradientCheck.Dot(map.Values, sums.Values), 1e-5, 1, $"{v}, {u}");
            Assert.All(sums.Values[..(6 * Channels)], value => Assert.Equal(0, value));
        }
    }

    [Theory]
    [InlineData(9, 13, 0.4, 7, 16)]
    [InlineData(1, 1, 1.0, 1, 3)]
    [InlineData(40, 50, 0.3, 33, 16)]
    public void Infer_RandomWeights_EqualsForward(int height, int width, double density, int features, int channels)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, height, width, density, 3), 3, workers);
        int sites = pyramid.Levels[0].Count;
        SparseUNet network = Network([6, 8, 20], features, channels);
        LogitMap map = Map(Features(features, 5, 4, 1));
        using CoarseColumn coarse = new([map], features, workers);
        float[] input = Samples.Values(sites * Inputs, 4);

        float[] expected = network.Forward(new Variable(input, sites, Inputs), pyramid, null, workers, coarse).Value;

        Tolerance.Equal(expected, network.Infer(input, pyramid, workers, map), 1e-4, scale: expected.Max(Math.Abs));
        Assert.Equal(network.Infer(input, pyramid, workers, map), network.Infer(input, pyramid, new Workers(1), map));
    }

    [Fact]
    public void Forward_OneAndTwoThreads_SameBitsAndGradients()
    {
        float[][] one = Gradients(new Workers(1));
        float[][] two = Gradients(new Workers(2));

        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i], two[i]);
        }
    }

    [Fact]
    public void Extract_BandByBand_SameBitsAndTheMapCountedOnce()
    {
        const int Rows = 200;
        const int Columns = 40;
        SparseUNet network = Network([4, 5, 6], 9, 16);
        SparseRefiner refiner = new(PixelSelector.Parse("entropy:0.3"), FeatureSpec.Parse("xy,p"), network, new ReplaceEnsembler());
        SiteSet sites = Samples.Sites(1, Rows, Columns, 0.6, 3);
        LogitMap map = Map(Features(9, 6, 5, 1));
        (float[] Values, long MultiplyAdds) Extract(int mostSites)
        {
            RefinementRun run = new(refiner, new FrozenWeights(network), new BufferPool(), mostSites);
            var photo = new ImageView(new byte[Rows * Columns * 3], Rows, Columns, PixelOrder.Rgb24);
            float[] values = run.Extract(photo, run.Sampler(map, Rows, Columns), sites, null, new Workers(2));
            return (values[..(sites.Count * Classes)], run.MultiplyAdds);
        }

        (float[] whole, long multiplyAdds) = Extract(sites.Count);

        Assert.Equal(whole, Extract(sites.Count / 3).Values);
        using SitePyramid pyramid = SitePyramid.Build(sites, 3, new Workers(1));
        Assert.Equal(network.MultiplyAdds(pyramid) + (6 * 5 * 9 * 16), multiplyAdds);
    }

    [Fact]
    public void Extract_LogitsWithoutTheFeatures_NamesBothCounts()
    {
        SparseRefiner refiner = new(
            PixelSelector.Parse("entropy:0.3"), FeatureSpec.Parse("xy,p"), Network([4, 5], 9, 16), new ReplaceEnsembler());
        ImageBuffer photo = new(new byte[64 * 3], 8, 8, PixelOrder.Rgb24);
        var selection = new PixelSelection(SiteSet.Full(1, 8, 8), new LabelMap(new byte[64], 8, 8));

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => refiner.Extract(photo.View, LogitMaps.Random(Classes, 4, 5, 1), selection, new Workers(1)));

        Assert.Equal("logits: expected maps with 9 features of the dense model beside them, got none", error.Message);
    }

    [Fact]
    public void CopyFrom_ANetworkWithoutFeatures_AnswersAsThatOne()
    {
        Workers workers = new(1);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 20, 30, 0.5, 3), 2, workers);
        float[] input = Samples.Values(pyramid.Levels[0].Count * Inputs, 4);
        SparseUNet plain = new(new SparseUNetOptions(Inputs, Classes, [6, 8], 1), 3);
        Samples.Randomise(plain.Parameters, 4);
        SparseUNet network = Network([6, 8], 7, 16);

        network.CopyFrom(plain);

        float[] expected = plain.Infer(input, pyramid, workers);
        Tolerance.Equal(expected, network.Infer(input, pyramid, workers, Map(Features(7, 3, 3, 1))), 1e-5, scale: expected.Max(Math.Abs));
    }

    [Theory]
    [InlineData(0, "none")]
    [InlineData(8, "8")]
    public void CopyFrom_OtherFeatures_SaysWhatTheRefinerReads(int features, string got)
    {
        SparseUNet network = new(new SparseUNetOptions(Inputs, Classes, [4, 5], 1, coarseFeatures: features), 1);

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => network.CopyFrom(Network([4, 5], 7, 16)));

        Assert.Equal(
            $"warm start: expected 7 inner features of the dense model (--dense-features), which its refiner reads, got {got}", error.Message);
    }

    [Fact]
    public void CopyFrom_OtherInputs_Throws() => Assert.Throws<ArgumentException>(
        () => Network([4, 5], 7, 16).CopyFrom(new SparseUNet(new SparseUNetOptions(Inputs + 1, Classes, [4, 5], 1), 1)));

    // Half-pixel centres, the edge repeated, in double precision.
    private static double Oracle(FeatureMap map, int channel, int rows, int columns, int y, int x)
    {
        double v = Math.Clamp(((y + 0.5) * map.Height / rows) - 0.5, 0, map.Height - 1);
        double u = Math.Clamp(((x + 0.5) * map.Width / columns) - 0.5, 0, map.Width - 1);
        double sum = 0;
        for (int i = 0; i < map.Height; i++)
        {
            for (int j = 0; j < map.Width; j++)
            {
                sum += Math.Max(0, 1 - Math.Abs(v - i)) * Math.Max(0, 1 - Math.Abs(u - j)) * map.Values[(((channel * map.Height) + i) * map.Width) + j];
            }
        }

        return sum;
    }

    private static FeatureMap Features(int channels, int height, int width, int seed) =>
        new([.. Samples.Values(channels * height * width, seed + 40).Select(value => (20 * value) + 3)], channels, height, width);

    private static LogitMap Map(FeatureMap features)
    {
        LogitMap map = LogitMaps.Random(Classes, 4, 5, 1);
        return new LogitMap(map.Values, Classes, 4, 5) { Features = features };
    }

    private static NormedLinear Layer(int inputs, int outputs)
    {
        NormedLinear layer = new("features", inputs, outputs, new Random(1));
        Samples.Randomise(layer.Parameters, 2);
        return layer;
    }

    private static SparseUNet Network(int[] planes, int features, int channels)
    {
        SparseUNet network = new(
            new SparseUNetOptions(Inputs, Classes, planes, 1, coarseFeatures: features, featureChannels: channels), 1);
        Samples.Randomise(network.Parameters, 2);
        return network;
    }

    private static float[][] Gradients(Workers workers)
    {
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, 60, 70, 0.6, 5), 2, workers);
        int sites = pyramid.Levels[0].Count;
        SparseUNet network = Network([8, 16], 20, 16);
        using CoarseColumn coarse = new([Map(Features(20, 50, 40, 1)), Map(Features(20, 50, 40, 2))], 20, workers);
        Tape tape = new(workers, new Random(1));
        Variable output = network.Forward(new Variable(Samples.Values(sites * Inputs, 4), sites, Inputs), pyramid, tape, workers, coarse);
        Samples.Values(sites * Classes, 6).CopyTo(output.Gradient, 0);
        tape.Backward();
        return [output.Value, .. network.Parameters.Select(p => p.IsTrained ? p.Gradient : p.Value)];
    }
}
