using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public sealed class LearnedSelectorTests
{
    private static readonly Workers One = new(1);

    [Theory]
    [InlineData("learned:0.1")]
    [InlineData("learned:0.25:16")]
    [InlineData("learned:1:8:nearest")]
    [InlineData("learned:0.3:nearest")]
    public void Parse_Text_DescribesItselfAlike(string text) => Assert.Equal(text, PixelSelector.Parse(text).Describe());

    [Theory]
    [InlineData("learned")]
    [InlineData("learned:0.1:1.5")]
    [InlineData("learned:0.1:8:8")]
    public void Parse_OtherForm_NamesTheForms(string text) =>
        Assert.Equal($"'{text}'", Assert.Throws<InvalidInputException>(() => PixelSelector.Parse(text)).Got);

    [Theory]
    [InlineData("learned:1.5")]
    [InlineData("learned:0.1:0")]
    public void Parse_ValueOutOfRange_Throws(string text) => Assert.Throws<ArgumentException>(() => PixelSelector.Parse(text));

    [Fact]
    public void Select_WithoutWeights_SaysSo()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => PixelSelector.Parse("learned:0.1").Select(LogitMaps.Random(3, 4, 4, 1), 16, 16, One));

        Assert.Equal("selector 'learned:0.1': expected one with weights, as training makes it, got none", error.Message);
    }

    [Theory]
    [InlineData(40, 56, 8, 0.2)]
    [InlineData(37, 51, 8, 0.5)]
    [InlineData(5, 7, 16, 0.1)]
    [InlineData(24, 24, 4, 1.0)]
    [InlineData(24, 24, 4, 0.0)]
    public void Select_Share_WholeBlocksOfHighestActivation(int height, int width, int side, double share)
    {
        LearnedSelector selector = Trained(share, side);
        LogitMap logits = LogitMaps.Regions(3, 10, 14, 4, 5);

        PixelSelection selection = selector.Select(logits, height, width, new Workers(2));

        ActivationMap map = selection.Activation!;
        int blocks = map.Rows * map.Columns;
        int count = share == 0 ? 0 : Math.Max(1, (int)Math.Round(share * blocks));
        HashSet<int> chosen = [.. selection.Sites.Indices.Select(i => (i / width / side * map.Columns) + (i % width / side))];
        Assert.Equal(count, chosen.Count);
        Assert.Equal(
            Enumerable.Range(0, height * width).Where(i => chosen.Contains((i / width / side * map.Columns) + (i % width / side))),
            selection.Sites.Indices);
        float[] rest = [.. Enumerable.Range(0, blocks).Where(b => !chosen.Contains(b)).Select(b => map.Values[b])];
        Assert.All(chosen, block => Assert.All(rest, other => Assert.True(map.Values[block] >= other)));
        PixelSelection other = new EntropySelector(9).Select(logits, height, width, One);
        Assert.Equal(other.DenseLabels.Labels, selection.DenseLabels.Labels);
    }

    [Fact]
    public void Select_EqualActivations_FirstBlocks()
    {
        PixelSelection selection = new LearnedSelector(0.25, 4, network: new ActivationNetwork(3, 0, 1))
            .Select(new LogitMap(new float[3 * 16], 3, 4, 4), 16, 16, One);

        Assert.Equal(Enumerable.Range(0, 4 * 16), selection.Sites.Indices);
    }

    [Fact]
    public void Activate_UntrainedNetwork_FollowsTheEntropyOfBlocks()
    {
        LogitMap logits = LogitMaps.Regions(3, 12, 12, 4, 6);
        var selector = new LearnedSelector(0.2, 16, network: new ActivationNetwork(3, 0, 1));

        float[] activations = selector.Activate(logits, 48, 48, One).Values;

        // Blocks of four cells by four, read at the cells' centres.
        double[] entropies = new double[9];
        float[] pixel = new float[3];
        for (int i = 0; i < 144; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                pixel[c] = logits.Values[(c * 144) + i];
            }

            entropies[(i / 12 / 4 * 3) + (i % 12 / 4)] += Entropy.Of(pixel);
        }

        Assert.Equal(
            Enumerable.Range(0, 9).OrderByDescending(i => entropies[i]), Enumerable.Range(0, 9).OrderByDescending(i => activations[i]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Backward_EveryParameter_MatchesCentralDifferences(int features)
    {
        ActivationNetwork network = Network(features);
        CoarseColumn coarse = new([Map(features, 1), Map(features, 2)], features, One);
        BlockGrid grid = new(37, 50, 8);
        float[] probe = Samples.Values(2 * grid.Count, 6);
        Variable Run(Tape tape) => Sigmoid.Forward(network.Forward(coarse, 2, grid, tape, One), tape);
        Tape tape = new(One, new Random(1));
        Variable output = Run(tape);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();

        GradientCheck.Directions(network.Parameters, () => GradientCheck.Dot(Run(new Tape(One, new Random(1))).Value, probe));
    }

    [Fact]
    public void Activate_OneAndTwoThreads_SameBits()
    {
        var selector = new LearnedSelector(0.2, 4, network: Network(5));

        Assert.Equal(
            selector.Activate(Map(5, 3), 99, 121, One).Values, selector.Activate(Map(5, 3), 99, 121, new Workers(2)).Values);
    }

    [Fact]
    public void Activate_OtherClassesOrFeatures_Throws()
    {
        var selector = new LearnedSelector(0.2, 4, network: Network(5));

        Assert.Throws<ArgumentException>(() => selector.Activate(LogitMaps.Random(4, 5, 5, 1), 20, 20, One));
        Assert.Throws<ArgumentException>(() => selector.Activate(Map(0, 1), 20, 20, One));
    }

    [Fact]
    public void ActivationMap_BadValues_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ActivationMap(new float[5], 8, 8, 4));
        Assert.Throws<ArgumentException>(() => new ActivationMap([0, 1, 1.01f, 0], 8, 8, 4));
        Assert.Throws<ArgumentException>(() => new ActivationMap([0, 1, float.NaN, 0], 8, 8, 4));
        Assert.Equal(0.25f, new ActivationMap([0, 1, 0.25f, 0], 7, 5, 4).At(6, 3));
    }

    private static LearnedSelector Trained(double share, int side) => new(share, side, network: Network(0));

    private static ActivationNetwork Network(int features)
    {
        ActivationNetwork network = new(3, features, 1);
        Samples.Randomise(network.Parameters, 2);
        Parameter last = network.Parameters.Single(p => p.Name == "activation.linear.weight");
        Samples.Values(last.Value.Length, 3).CopyTo(last.Value, 0);
        return network;
    }

    private static LogitMap Map(int features, int seed)
    {
        LogitMap map = LogitMaps.Random(3, 9, 12, seed);
        return new LogitMap(map.Values, 3, 9, 12)
        {
            Features = features == 0 ? null : new FeatureMap(Samples.Values(features * 12, seed + 20), features, 3, 4),
        };
    }
}
