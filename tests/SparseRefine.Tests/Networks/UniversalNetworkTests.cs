using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Networks;

public sealed class UniversalNetworkTests
{
    private const int Height = 22;
    private const int Width = 19;

    [Theory]
    [InlineData(2, 0.7)]
    [InlineData(3, 1.0)]
    [InlineData(5, 0.05)]
    public void Infer_RandomWeights_EqualsRunLayers(int classes, double density)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, Height, Width, density, 3), 1, workers);
        UniversalNetwork network = Network(classes);
        (float[] input, CoarseColumn coarse) = Photo(pyramid.Levels[0].Sites, classes, 0);

        float[] expected = network.RunLayers(Constant(input, classes), coarse, pyramid, null, workers).Value;
        float[] actual = network.Fold().Infer(input, false, coarse, pyramid, new BufferPool(), workers, out long multiplyAdds);

        Assert.Contains(expected, value => value != 0);
        Assert.True(multiplyAdds > 0);
        Tolerance.Equal(expected, actual[..expected.Length], 1e-4, scale: expected.Max(Math.Abs));
    }

    [Fact]
    public void Infer_ClassesInAnotherOrder_PermutesTheCorrections()
    {
        int[] order = [2, 0, 3, 1];
        Workers workers = new(2);
        SiteSet sites = Samples.Sites(1, Height, Width, 0.6, 3);
        using SitePyramid pyramid = SitePyramid.Build(sites, 1, workers);
        IFrozenNetwork network = Network(4).Fold();
        LogitMap logits = Map(4, 1);
        int plane = logits.Height * logits.Width;
        LogitMap permuted = new([.. order.SelectMany(c => logits.Values[(c * plane)..((c + 1) * plane)])], 4, logits.Height, logits.Width);

        float[] Run(LogitMap map)
        {
            (float[] input, CoarseColumn coarse) = Photo(sites, map, 0);
            return network.Infer(input, false, coarse, pyramid, new BufferPool(), workers, out _);
        }

        float[] plain = Run(logits);
        float[] other = Run(permuted);
        float[] expected = [.. Enumerable.Range(0, sites.Count).SelectMany(i => order.Select(c => plain[(i * 4) + c]))];
        Tolerance.Equal(expected, other[..expected.Length], 1e-4, scale: expected.Max(Math.Abs));
    }

    [Fact]
    public void For_OtherClasses_SharesTheWeightsAndIgnoresAClassThatNeverIsLikely()
    {
        Workers workers = new(1);
        SiteSet sites = Samples.Sites(1, Height, Width, 0.6, 3);
        using SitePyramid pyramid = SitePyramid.Build(sites, 1, workers);
        UniversalNetwork two = Network(2);
        UniversalNetwork three = two.For(3);
        LogitMap logits = Map(2, 1);
        float[] unlikely = [.. Enumerable.Repeat(-30f, logits.Height * logits.Width)];
        LogitMap more = new([.. logits.Values, .. unlikely], 3, logits.Height, logits.Width);

        float[] Run(UniversalNetwork network, LogitMap map)
        {
            (float[] input, CoarseColumn coarse) = Photo(sites, map, 0);
            return network.Fold().Infer(input, false, coarse, pyramid, new BufferPool(), workers, out _)[..(sites.Count * map.Classes)];
        }

        float[] expected = [.. Run(two, logits).Chunk(2).SelectMany(row => row.Append(0))];
        Tolerance.Equal(expected, Run(three, more), 1e-4, scale: expected.Max(Math.Abs));
        Assert.Same(two.Parameters[0], three.Parameters[0]);
    }

    [Fact]
    public void Infer_TwoThreads_SameBits()
    {
        const int Classes = 4;
        SiteSet sites = SiteSet.Full(1, 150, 130);
        UniversalNetwork network = Network(Classes);
        float[] Run(Workers workers)
        {
            using SitePyramid pyramid = SitePyramid.Build(sites, 1, workers);
            (float[] input, CoarseColumn coarse) = Photo(sites, Classes, 0);
            return network.Fold().Infer(input, false, coarse, pyramid, new BufferPool(), workers, out _)[..(sites.Count * Classes)];
        }

        Assert.Equal(Run(new Workers(1)), Run(new Workers(2)));
    }

    [Fact]
    public void RunLayers_New_CorrectsNothing()
    {
        Workers workers = new(1);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, Height, Width, 0.6, 5), 1, workers);
        (float[] input, CoarseColumn coarse) = Photo(pyramid.Levels[0].Sites, 3, 0);

        Variable output = new UniversalNetwork(new UniversalNetworkOptions(3, [4, 6]), 1).RunLayers(Constant(input, 3), coarse, pyramid, null, workers);

        Assert.All(output.Value, value => Assert.Equal(0, value));
    }

    [Fact]
    public void RunLayers_SeveralPhotos_EqualsEachAlone()
    {
        const int Classes = 3;
        Workers workers = new(2);
        SiteSet both = Samples.Sites(2, Height, Width, 0.5, 8);
        int plane = Height * Width;
        UniversalNetwork network = Network(Classes);
        LogitMap[] maps = [Map(Classes, 1), Map(Classes, 2)];
        List<float> inputs = [];
        List<float> expected = [];
        for (int image = 0; image < 2; image++)
        {
            SiteSet own = new([.. both.Indices.Where(i => i / plane == image).Select(i => i - (image * plane))], 1, Height, Width);
            using SitePyramid pyramid = SitePyramid.Build(own, 1, workers);
            (float[] input, CoarseColumn coarse) = Photo(own, maps[image], image);
            expected.AddRange(network.RunLayers(Constant(input, Classes), coarse, pyramid, null, workers).Value);
            inputs.AddRange(input);
        }

        CoarseColumn joined = new(maps, 0, workers, photos: [.. maps.Select((map, i) => WindowResampler.Shrink(Image(i).View, map))]);
        using SitePyramid all = SitePyramid.Build(both, 1, workers);
        float[] actual = network.RunLayers(Constant([.. inputs], Classes), joined, all, null, workers).Value;
        Tolerance.Equal([.. expected], actual, 1e-4, scale: expected.Max(Math.Abs));
    }

    [Fact]
    public void Backward_EveryParameter_MatchesCentralDifferences()
    {
        const int Classes = 3;
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, Height, Width, 0.5, 5), 1, workers);
        SiteSet sites = pyramid.Levels[0].Sites;
        UniversalNetwork network = Network(Classes);
        LogitMap[] maps = [Map(Classes, 1), Map(Classes, 2)];
        CoarseColumn coarse = new(maps, 0, workers, photos: [.. maps.Select((map, i) => WindowResampler.Shrink(Image(i).View, map))]);
        float[] probabilities = [.. Enumerable.Repeat(1f / Classes, Classes)];
        float[] input = [.. Enumerable.Range(0, sites.Count).SelectMany(i => Samples.Values(3, i).Concat(probabilities))];
        float[] probe = Samples.Values(sites.Count * Classes, 6);
        Variable Run(Tape tape) => network.RunLayers(Constant(input, Classes), coarse, pyramid, tape, workers);
        Tape tape = new(workers, new Random(1));
        Variable output = Run(tape);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();

        GradientCheck.Directions(network.Parameters, () => GradientCheck.Dot(Run(new Tape(workers, new Random(1))).Value, probe));
    }

    [Fact]
    public void Extract_BandByBand_SameBits()
    {
        const int Rows = 260;
        const int Columns = 40;
        const int Classes = 3;
        UniversalNetwork network = Network(Classes);
        SparseRefiner refiner = new(PixelSelector.Parse("entropy:0.3"), FeatureSpec.Parse("rgb,p"), network, new ReplaceEnsembler());
        SiteSet sites = Samples.Sites(1, Rows, Columns, 0.6, 3);
        byte[] pixels = [.. Samples.Values(Rows * Columns * 3, 9).Select(v => (byte)(128 + (100 * v)))];
        float[] Extract(int mostSites)
        {
            RefinementRun run = new(refiner, new FrozenWeights(network), new BufferPool(), mostSites);
            float[] values = run.Extract(new ImageView(pixels, Rows, Columns, PixelOrder.Rgb24), run.Sampler(Map(Classes, 1), Rows, Columns), sites, null, new Workers(2));
            return values[..(sites.Count * Classes)];
        }

        Assert.Equal(Extract(sites.Count), Extract(sites.Count / 3));
    }

    private static UniversalNetwork Network(int classes)
    {
        UniversalNetwork network = new(new UniversalNetworkOptions(classes, [4, 6]), 1);
        Samples.Randomise(network.Parameters, 2);
        return network;
    }

    private static LogitMap Map(int classes, int seed) => new([.. Samples.Values(classes * 6 * 5, seed).Select(v => 2 * v)], classes, 6, 5);

    private static ImageBuffer Image(int seed) =>
        new([.. Samples.Values(Height * Width * 3, seed + 40).Select(v => (byte)Math.Clamp(128 + (100 * v), 0, 255))], Height, Width, PixelOrder.Rgb24);

    private static Variable Constant(float[] input, int classes) => new(input, input.Length / (3 + classes), 3 + classes, needsGradient: false);

    private static (float[] Features, CoarseColumn Coarse) Photo(SiteSet sites, int classes, int seed) => Photo(sites, Map(classes, 1), seed);

    private static (float[] Features, CoarseColumn Coarse) Photo(SiteSet sites, LogitMap map, int seed)
    {
        ImageBuffer image = sites.Height == Height
            ? Image(seed)
            : new([.. Samples.Values(sites.Height * sites.Width * 3, seed).Select(v => (byte)Math.Clamp(128 + (100 * v), 0, 255))], sites.Height, sites.Width, PixelOrder.Rgb24);
        float[] features = RefinerFeatures.Extract(
            image.View, map, sites, FeatureSpec.Parse("rgb,p"), SparseRefiner.ProbabilityThreshold, Interpolation.Bilinear, new Workers(1));
        return (features, new CoarseColumn([map], 0, new Workers(1), photos: [WindowResampler.Shrink(image.View, map)]));
    }
}
