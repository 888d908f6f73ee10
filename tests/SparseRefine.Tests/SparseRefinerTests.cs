using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests;

[Collection(Alone.Name)]
public class SparseRefinerTests
{
    private const int Height = 61;
    private const int Width = 90;

    public static TheoryData<string, string, int> Chains()
    {
        var data = new TheoryData<string, string, int>();
        foreach (string ensembler in new[] { "gated", "entropy", "average", "replace" })
        {
            foreach (string selector in new[] { "entropy:0.3", "entropy:0", "entropy:9", "margin:0.4:nearest", "fraction:0.2", "random:0.1:3", "outside" })
            {
                data.Add(selector, ensembler, 4);
            }
        }

        data.Add("entropy:0.3", "gated", 2);
        data.Add("entropy:0.3", "gated", 19);
        return data;
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Refine_AnyParts_HasTheBitsOfTheStagesOneByOne(string selector, string ensembler, int classes)
    {
        SparseRefiner refiner = Refiner(selector, ensembler, classes);
        LogitMap logits = LogitMaps.Regions(classes, 16, 24, 3, 5);
        ImageView image = Photo(Height, Width);
        Workers workers = new(2);
        PixelSelection selection = refiner.Selector.Select(logits, Height, Width, workers);
        float[] features = RefinerFeatures.Extract(
            image, logits, selection.Sites, refiner.Features, SparseRefiner.ProbabilityThreshold, Interpolation.Bilinear, workers);
        using SitePyramid pyramid = SitePyramid.Build(selection.Sites, refiner.Network.Planes.Count, workers);
        float[] sparse = ((SparseUNet)refiner.Network).Infer(features, pyramid, workers);
        float[] dense = new float[sparse.Length];
        new LogitSampler(logits, Height, Width, Interpolation.Bilinear).Gather(selection.Sites, dense, workers);
        float[] merged = refiner.Ensembler.Ensemble(dense, sparse, selection.Sites.Count, classes, workers);
        byte[] expected = LabelMerger.Merge(selection, merged, classes).Labels;

        SparseLogits extracted = refiner.Extract(image, logits, selection, workers);
        Assert.Equal(sparse, extracted.Values);
        Assert.Equal(((SparseUNet)refiner.Network).MultiplyAdds(pyramid), extracted.MultiplyAdds);
        Assert.Equal(merged, refiner.Ensemble(logits, extracted, workers));
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected, refiner.Refine(image, logits, new Workers(threads)).Labels);
        }

        RefinementResult all = refiner.Refine(image, logits, RefinementParts.Selection | RefinementParts.SparseLogits, workers);
        Assert.Equal(expected, all.Labels.Labels);
        Assert.Equal(selection.Sites.Indices, all.Selection!.Sites.Indices);
        Assert.Equal(selection.DenseLabels.Labels, all.Selection.DenseLabels.Labels);
        Assert.Equal(sparse, all.SparseLogits!.Values);
        Assert.Equal(selection.Sites.Count, all.SelectedPixels);
        Assert.Equal(extracted.MultiplyAdds, all.ExtractMultiplyAdds);
        Assert.Equal(selection.Sites.Count * ((refiner.Ensembler as GatedEnsembler)?.MultiplyAdds ?? 0), all.EnsembleMultiplyAdds);
    }

    [Fact]
    public void Refine_PartsForThePhotoBefore_StayAsTheyWere()
    {
        SparseRefiner refiner = Refiner("entropy:0.3", "gated", 4);
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        RefinementResult first = refiner.Refine(Photo(Height, Width), logits, RefinementParts.Selection | RefinementParts.SparseLogits, new Workers(2));
        (int[] sites, float[] values) = ([.. first.Selection!.Sites.Indices], [.. first.SparseLogits!.Values]);
        RefinementResult second = refiner.Refine(Photo(Height, Width), LogitMaps.Regions(4, 16, 24, 3, 9), RefinementParts.None, new Workers(2));
        Assert.Equal(sites, first.Selection.Sites.Indices);
        Assert.Equal(values, first.SparseLogits.Values);
        Assert.Null(second.Selection);
        Assert.Null(second.SparseLogits);
    }

    [Theory]
    [InlineData("entropy:0")]
    [InlineData("entropy:9")]
    [InlineData("fraction:1")]
    public void Refine_OnePixel_GivesOneLabel(string selector)
    {
        SparseRefiner refiner = Refiner(selector, "gated", 3);
        LabelMap labels = refiner.Refine(Photo(1, 1), LogitMaps.Random(3, 1, 1, 1), new Workers(2));
        Assert.InRange(Assert.Single(labels.Labels), 0, 2);
    }

    [Fact]
    public void Refine_NothingSelected_IsTheDenseAnswer()
    {
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        SparseRefiner refiner = Refiner("entropy:9", "gated", 4);
        Assert.Equal(
            refiner.Selector.Select(logits, Height, Width, new Workers(1)).DenseLabels.Labels,
            refiner.Refine(Photo(Height, Width), logits, new Workers(1)).Labels);
    }

    [Fact]
    public void Refine_PhotosOfOtherSizesBetween_DoNotChangeTheAnswer()
    {
        SparseRefiner refiner = Refiner("entropy:0.3", "gated", 4);
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        byte[] first = refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels;
        refiner.Refine(Photo(200, 120), LogitMaps.Regions(4, 50, 30, 3, 2), new Workers(2));
        Assert.Equal(first, refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels);
        refiner.Refine(Photo(7, 5), LogitMaps.Regions(4, 3, 2, 3, 2), new Workers(2));
        Assert.Equal(first, refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels);
        refiner.ReleaseBuffers();
        Assert.Equal(first, refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels);
    }

    [Fact]
    public void Refine_TwoThreadsAtOnce_GiveTheSame()
    {
        SparseRefiner refiner = Refiner("entropy:0.3", "gated", 4);
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        byte[] expected = refiner.Refine(Photo(Height, Width), logits, new Workers(1)).Labels;
        Workers workers = new(2);
        Parallel.For(0, 12, _ => Assert.Equal(expected, refiner.Refine(Photo(Height, Width), logits, workers).Labels));
    }

    [Fact]
    public void Refine_WeightsChanged_SeesTheNewOnes()
    {
        SparseRefiner refiner = Refiner("fraction:0.5", "replace", 4);
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        byte[] before = refiner.Refine(Photo(Height, Width), logits, new Workers(1)).Labels;
        Parameter bias = refiner.Network.Parameters.Single(p => p.Name == "final.linear.bias");
        bias.Value[2] = 1e6f;
        byte[] after = refiner.Refine(Photo(Height, Width), logits, new Workers(1)).Labels;
        Assert.NotEqual(before, after);
        int selected = refiner.Selector.Select(logits, Height, Width, new Workers(1)).Sites.Count;
        Assert.True(after.Count(label => label == 2) >= selected);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(2e30f)]
    public void Refine_UnusableLogit_NamesItsPlace(float bad)
    {
        LogitMap logits = LogitMaps.Random(4, 16, 24, 3);
        logits.Values[(16 * 24) + 25] = bad;
        var error = Assert.Throws<InvalidInputException>(
            () => Refiner("entropy:0.3", "gated", 4).Refine(Photo(Height, Width), logits, new Workers(2)));
        Assert.EndsWith("at class 1, row 1, column 1", error.Message);
    }

    [Fact]
    public void Refine_NaNWeight_ThrowsAndTheRefinerStaysUsable()
    {
        SparseRefiner refiner = Refiner("fraction:0.5", "gated", 4);
        LogitMap logits = LogitMaps.Regions(4, 16, 24, 3, 5);
        byte[] before = refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels;
        float[] bias = refiner.Network.Parameters.Single(p => p.Name == "final.linear.bias").Value;
        float kept = bias[1];
        bias[1] = float.NaN;
        var error = Assert.Throws<InvalidInputException>(() => refiner.Refine(Photo(Height, Width), logits, new Workers(2)));
        Assert.StartsWith("merged logits: expected numbers, got NaN", error.Message);
        bias[1] = kept;
        Assert.Equal(before, refiner.Refine(Photo(Height, Width), logits, new Workers(2)).Labels);
    }

    [Fact]
    public void Constructor_GateOfOtherClasses_Throws()
        => Assert.StartsWith(
            "ensembler: expected 4 classes as the network, got 3",
            Assert.Throws<ArgumentException>(() => Refiner("entropy:0.3", "gated", 4).WithEnsembler(
                new GatedEnsembler(new GatedEnsemblerOptions(3), 1))).Message);

    [Theory]
    [InlineData("entropy:0.3", "gated", 2, 1)]
    [InlineData("entropy:0.3", "gated", 2, 2)]
    [InlineData("entropy:0.3", "gated", 19, 1)]
    [InlineData("entropy:0.3", "gated", 19, 2)]
    [InlineData("fraction:0.1", "average", 4, 2)]
    [InlineData("margin:0.2", "entropy", 4, 2)]
    [InlineData("pixels:5000", "replace", 4, 2)]
    public void Refine_PhotosOfOneSize_AllocatesTheAnswerAndLittleElse(string selector, string ensembler, int classes, int threads)
    {
        const int Rows = 512;
        const int Columns = 768;
        SparseRefiner refiner = Refiner(selector, ensembler, classes);
        LogitMap logits = LogitMaps.Regions(classes, Rows / 4, Columns / 4, 3, 7);
        ImageBuffer photo = new(Photo(Rows, Columns).Pixels.ToArray(), Rows, Columns, PixelOrder.Bgra32);
        Workers workers = new(threads);
        long bytes = Alone.AllocatedBytes(() => refiner.Refine(photo.View, logits, workers));
        Assert.InRange(bytes, Rows * Columns, (Rows * Columns) + MostSmallObjects);

        // Each part costs its own arrays and nothing else: dense labels, indices, logits.
        int selected = refiner.Refine(photo.View, logits, RefinementParts.None, workers).SelectedPixels;
        bytes = Alone.AllocatedBytes(
            () => refiner.Refine(photo.View, logits, RefinementParts.Selection | RefinementParts.SparseLogits, workers));
        long parts = (2 * Rows * Columns) + (4L * selected * (1 + classes));
        Assert.InRange(bytes, parts, parts + MostSmallObjects);
    }

    [Theory]
    [InlineData(0.3, 3, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(1, 1, 1)]
    public void Extract_InBands_SameBitsAsAtOnce(double density, int levels, int reps)
    {
        const int Rows = 300;
        const int Columns = 90;
        FeatureSpec spec = FeatureSpec.Parse("rgb,xy,p");
        SparseUNetOptions shape = new(spec.Channels(3), 3, [.. Enumerable.Range(1, levels).Select(i => 4 * i)], reps, probabilityColumn: 5);
        SparseUNet network = new(shape, 5);
        Samples.Randomise(network.Parameters, 2);
        SparseRefiner refiner = new(PixelSelector.Parse("entropy:0.3"), spec, network, new ReplaceEnsembler());
        LogitMap logits = LogitMaps.Regions(3, Rows / 4, Columns / 4, 3, 7);
        SiteSet sites = Samples.Sites(1, Rows, Columns, density, 3);
        float[] Extract(int mostSites)
        {
            RefinementRun run = new(refiner, new FrozenWeights(network), new BufferPool(), mostSites);
            float[] values = run.Extract(Photo(Rows, Columns), run.Sampler(logits, Rows, Columns), sites, null, new Workers(2));
            return values[..(sites.Count * 3)];
        }

        Assert.Equal(Extract(sites.Count), Extract(sites.Count / 3));
    }

    // One small object a convolution and a few a level: they do not grow with the photo.
    private const int MostSmallObjects = 12_000;

    private static SparseRefiner Refiner(string selector, string ensembler, int classes)
    {
        FeatureSpec spec = FeatureSpec.Parse("rgb,xy,p,pt");
        var network = new SparseUNet(new SparseUNetOptions(spec.Channels(classes), classes, [8, 12, 16], 2), 5);
        return new SparseRefiner(
            selector == "outside" ? new EverySeventh() : PixelSelector.Parse(selector),
            spec,
            network,
            ensembler switch
            {
                "gated" => new GatedEnsembler(new GatedEnsemblerOptions(classes), 1),
                "entropy" => new EntropyEnsembler(),
                "average" => new AverageEnsembler(),
                _ => new ReplaceEnsembler(),
            });
    }

    private static ImageView Photo(int height, int width)
    {
        byte[] pixels = new byte[height * width * 4];
        new Random(height).NextBytes(pixels);
        return new ImageView(pixels, height, width, PixelOrder.Bgra32);
    }

    /// <summary>A selector that a user wrote.</summary>
    private sealed class EverySeventh : IPixelSelector
    {
        public string Describe() => "seventh";

        public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) => new(
            new SiteSet([.. Enumerable.Range(0, height * width).Where(i => i % 7 == 0)], 1, height, width),
            new EntropySelector(9).Select(logits, height, width, workers).DenseLabels);
    }
}
