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

public sealed class FineColumnTests
{
    private const int Inputs = 5;
    private const int Classes = 3;

    [Theory]
    [InlineData(9, 13, 0.4, false, 0)]
    [InlineData(16, 16, 1.0, true, 7)]
    [InlineData(1, 1, 1.0, false, 4)]
    [InlineData(40, 50, 0.02, true, 0)]
    public void Infer_RandomWeights_EqualsRunLayers(int height, int width, double density, bool hasResiduals, int features)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, height, width, density, 3), 3, workers);
        int sites = pyramid.Levels[0].Count;
        FineColumn network = Network([6, 8, 20], 2, hasResiduals, features);
        CoarseColumn coarse = new([Map(features, 1)], features, workers);
        float[] input = Samples.Values(sites * Inputs, 4);

        float[] expected = network.RunLayers(new Variable(input, sites, Inputs), coarse, pyramid, null, workers).Value;
        float[] actual = network.Fold().Infer(input, false, coarse, pyramid, new BufferPool(), workers, out _);

        Tolerance.Equal(expected, actual[..expected.Length], 1e-4, scale: expected.Max(Math.Abs));
    }

    [Fact]
    public void RunLayers_New_CorrectsNothing()
    {
        Workers workers = new(1);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 6, 7, 0.6, 5), 2, workers);
        int sites = pyramid.Levels[0].Count;
        FineColumn network = new(new FineColumnOptions(Inputs, Classes, [4, 6]), 1);

        Variable output = network.RunLayers(
            new Variable(Samples.Values(sites * Inputs, 4), sites, Inputs), new CoarseColumn([Map(0, 1)], 0, workers), pyramid, null, workers);

        Assert.All(output.Value, value => Assert.Equal(0, value));
    }

    [Fact]
    public void RunLayers_OneAndTwoThreads_SameBitsAndGradients()
    {
        float[][] one = Gradients(new Workers(1));
        float[][] two = Gradients(new Workers(2));

        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i], two[i]);
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 4)]
    public void Backward_EveryParameter_MatchesCentralDifferences(bool hasResiduals, int features)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, 7, 8, 0.6, 5), 2, workers);
        int sites = pyramid.Levels[0].Count;
        FineColumn network = Network([4, 5], 1, hasResiduals, features);
        CoarseColumn coarse = new([Map(features, 1), Map(features, 2)], features, workers);
        float[] input = Samples.Values(sites * Inputs, 4);
        float[] probe = Samples.Values(sites * Classes, 6);
        Variable Run(Tape tape) => network.RunLayers(new Variable(input, sites, Inputs), coarse, pyramid, tape, workers);
        Tape tape = new(workers, new Random(1));
        Variable output = Run(tape);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();

        GradientCheck.Directions(network.Parameters, () => GradientCheck.Dot(Run(new Tape(workers, new Random(1))).Value, probe));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Extract_BandByBand_SameBits(int reps, bool hasResiduals)
    {
        const int Rows = 200;
        const int Columns = 40;
        FineColumn network = Network([4, 5, 6], reps, hasResiduals, 2);
        var spec = FeatureSpec.Parse("xy,p");
        SparseRefiner refiner = new(PixelSelector.Parse("entropy:0.3"), spec, network, new ReplaceEnsembler());
        SiteSet sites = Samples.Sites(1, Rows, Columns, 0.6, 3);
        ActivationMap activation = new(Samples.Values(50 * 10, 4).Select(Math.Abs).ToArray(), Rows, Columns, 4);
        float[] Extract(int mostSites)
        {
            RefinementRun run = new(refiner, new FrozenWeights(network), new BufferPool(), mostSites);
            var photo = new ImageView(new byte[Rows * Columns * 3], Rows, Columns, PixelOrder.Rgb24);
            float[] values = run.Extract(photo, run.Sampler(Map(2, 1), Rows, Columns), sites, activation, new Workers(2));
            return values[..(sites.Count * Classes)];
        }

        Assert.Equal(Extract(sites.Count), Extract(sites.Count / 3));
    }

    [Fact]
    public void MultiplyAdds_FullGrid_CountsEachLayer()
    {
        const int Side = 8;
        using SitePyramid pyramid = SitePyramid.Build(SiteSet.Full(1, Side, Side), 2, new Workers(1));
        FineColumn plain = new(new FineColumnOptions(Inputs, Classes, [4, 6], 1, false, 2), 1);
        FineColumn residual = new(new FineColumnOptions(Inputs, Classes, [4, 6], 1, true, 2), 1);

        // A 3x3 of padding 1 meets (3 n - 2)^2 pixels of an n x n grid; one of stride 2 loses the first row and column only.
        long fine = 22 * 22;
        long coarse = 10 * 10;
        long between = 11 * 11;
        long units = (2 * fine * 4 * 4) + (coarse * 6 * 6);
        long rest = (fine * Inputs * 4) + (2 * between * 4 * 6) + (16 * (Classes + 2) * 6) + (64 * 4 * Classes);

        Assert.Equal(units + rest, plain.MultiplyAdds(pyramid));
        Assert.Equal((2 * units) + rest, residual.MultiplyAdds(pyramid));
    }

    [Fact]
    public void Options_OutOfRange_NameTheValue()
    {
        Assert.Throws<ArgumentException>(() => new FineColumnOptions(0, 2));
        Assert.Throws<ArgumentException>(() => new FineColumnOptions(3, 2, []));
        Assert.Throws<ArgumentException>(() => new FineColumnOptions(3, 2, reps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FineColumnOptions(3, 2, coarseFeatures: -1));
    }

    private static FineColumn Network(int[] planes, int reps, bool hasResiduals, int features)
    {
        FineColumn network = new(new FineColumnOptions(Inputs, Classes, planes, reps, hasResiduals, features), 1);
        Samples.Randomise(network.Parameters, 2);

        // The last layer starts at 0, where nothing would show.
        Samples.Values(network.Final.Core.Weight.Value.Length, 8).CopyTo(network.Final.Core.Weight.Value, 0);
        return network;
    }

    private static LogitMap Map(int features, int seed)
    {
        LogitMap map = LogitMaps.Random(Classes, 4, 5, seed);
        return new LogitMap(map.Values, Classes, 4, 5)
        {
            Features = features == 0 ? null : new FeatureMap(Samples.Values(features * 6, seed + 20), features, 2, 3),
        };
    }

    private static float[][] Gradients(Workers workers)
    {
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, 60, 70, 0.6, 5), 2, workers);
        int sites = pyramid.Levels[0].Count;
        FineColumn network = Network([4, 5], 1, true, 3);
        Tape tape = new(workers, new Random(1));
        Variable output = network.RunLayers(
            new Variable(Samples.Values(sites * Inputs, 4), sites, Inputs), new CoarseColumn([Map(3, 1), Map(3, 2)], 3, workers), pyramid, tape, workers);
        Samples.Values(sites * Classes, 6).CopyTo(output.Gradient, 0);
        tape.Backward();
        return [output.Value, .. network.Parameters.Select(p => p.IsTrained ? p.Gradient : p.Value)];
    }
}
