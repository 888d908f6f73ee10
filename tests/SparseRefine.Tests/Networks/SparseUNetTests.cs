using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Networks;

public sealed class SparseUNetTests
{
    [Theory]
    [InlineData(1, 9, 13, 0.4)]
    [InlineData(2, 16, 16, 1.0)]
    [InlineData(1, 1, 1, 1.0)]
    [InlineData(1, 40, 50, 0.02)]
    public void Infer_RandomWeights_EqualsForward(int images, int height, int width, double density)
    {
        Workers workers = new(2);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(images, height, width, density, 3), 3, workers);
        int sites = pyramid.Levels[0].Sites.Count;
        SparseUNet network = new(new SparseUNetOptions(5, 4, [6, 8, 20], 2), 1);
        Samples.Randomise(network.Parameters, 2);
        float[] features = Samples.Values(sites * 5, 4);

        float[] expected = network.Forward(new Variable(features, sites, 5), pyramid, null, workers).Value;

        Tolerance.Equal(expected, network.Infer(features, pyramid, workers), 1e-4, scale: expected.Max(Math.Abs));
    }

    [Theory]
    [InlineData(9, 13, 0.4)]
    [InlineData(1, 1, 1.0)]
    [InlineData(130, 70, 0.2)]
    public void Infer_SixLevels_EqualsForwardAlsoOnPhotosSmallerThanTheCoarsestPixel(int height, int width, double density)
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, height, width, density, 3), 6, workers);
        int sites = pyramid.Levels[0].Count;
        SparseUNet network = new(new SparseUNetOptions(5, 4, [4, 6, 6, 8, 8, 8], 1), 1);
        Samples.Randomise(network.Parameters, 2);
        float[] features = Samples.Values(sites * 5, 4);

        float[] expected = network.Forward(new Variable(features, sites, 5), pyramid, null, workers).Value;

        Tolerance.Equal(expected, network.Infer(features, pyramid, workers), 1e-4, scale: expected.Max(Math.Abs));
        Assert.Equal(1 + 64 + 64 + (7 * 31), network.Reach);
    }

    [Fact]
    public void Forward_OneAndTwoThreads_SameBitsAndGradients()
    {
        float[][] one = Train(new Workers(1));
        float[][] two = Train(new Workers(2));

        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i], two[i]);
        }
    }

    [Fact]
    public void Forward_NoSites_EmptyResultAndZeroGradients()
    {
        Workers workers = new(2);
        SitePyramid pyramid = SitePyramid.Build(new SiteSet([], 1, 7, 5), 3, workers);
        SparseUNet network = new(new SparseUNetOptions(3, 2, [4, 8, 8], 1), 1);
        Tape tape = new(workers, new Random(1));

        Variable logits = network.Forward(new Variable([], 0, 3), pyramid, tape, workers);
        tape.Backward();

        Assert.Empty(logits.Value);
        Assert.Empty(network.Infer([], pyramid, workers));
        Assert.All(network.Parameters, p => Assert.All(p.Gradient, g => Assert.Equal(0, g)));
    }

    [Fact]
    public void Forward_OtherImageChanged_LogitsStay()
    {
        Workers workers = new(1);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, 7, 9, 0.8, 1), 3, workers);
        int[] indices = pyramid.Levels[0].Sites.Indices;
        SparseUNet network = new(new SparseUNetOptions(2, 3, [4, 4, 4], 1), 1);
        float[] features = Samples.Values(indices.Length * 2, 1);
        float[] before = network.Infer(features, pyramid, workers);
        int first = indices.Count(i => i < 63);
        features.AsSpan(first * 2).Fill(7);

        float[] after = network.Infer(features, pyramid, workers);

        Assert.Equal(before[..(first * 3)], after[..(first * 3)]);
        Assert.NotEqual(before[(first * 3)..], after[(first * 3)..]);
    }

    [Fact]
    public void Backward_FiniteDifferences_Agree()
    {
        Workers workers = new(2);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 6, 7, 0.6, 5), 2, workers);
        int sites = pyramid.Levels[0].Sites.Count;
        SparseUNet network = new(new SparseUNetOptions(2, 2, [3, 5], 1), 9);
        float[] features = Samples.Values(sites * 2, 4);
        float[] direction = Samples.Values(sites * 2, 6);
        double Loss(Tape tape, out Variable logits)
        {
            logits = network.Forward(new Variable(features, sites, 2), pyramid, tape, workers);
            double sum = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                sum += (double)logits.Value[i] * direction[i];
            }

            return sum;
        }

        Tape tape = new(workers, new Random(1));
        Loss(tape, out Variable output);
        direction.CopyTo(output.Gradient, 0);
        tape.Backward();
        foreach (Parameter parameter in network.Parameters.Where(p => p.IsTrained))
        {
            // Along the gradient itself the derivative is its squared norm: one well conditioned number a parameter.
            double norm = Math.Sqrt(parameter.Gradient.Sum(g => (double)g * g));
            float[] saved = parameter.Value.ToArray();
            double[] values = new double[2];
            const double Step = 2e-3;
            for (int side = 0; side < 2; side++)
            {
                for (int i = 0; i < saved.Length; i++)
                {
                    parameter.Value[i] = (float)(saved[i] + ((side == 0 ? Step : -Step) * parameter.Gradient[i] / norm));
                }

                values[side] = Loss(new Tape(workers, new Random(1)), out _);
            }

            saved.CopyTo(parameter.Value, 0);

            // 5 %: relu kinks inside the step bend the loss; exact gradients are tested layer by layer.
            Tolerance.Equal(norm, (values[0] - values[1]) / (2 * Step), 0.05, 0.05, parameter.Name);
        }
    }

    [Fact]
    public void MultiplyAdds_FullSinglePixel_CountsCentreTaps()
    {
        SitePyramid pyramid = SitePyramid.Build(SiteSet.Full(1, 1, 1), 2, new Workers(1));
        SparseUNet network = new(new SparseUNetOptions(3, 2, [4, 8], 1), 1);

        long expected = (3 * 4) + (4 * 8) + (4 * 8) + (8 * 16) + (8 * 4) + (4 * (8 + 4)) + (8 * 4) + (4 * 2);

        Assert.Equal(expected, network.MultiplyAdds(pyramid));
    }

    [Fact]
    public void Infer_ProbabilityColumnAtTheStart_GivesLogarithmsOfTheProbabilities()
    {
        (float[] features, SitePyramid pyramid, Workers workers) = Probabilities();
        SparseUNet network = new(new SparseUNetOptions(5, 3, [4, 8], 1, probabilityColumn: 2), 1);

        float[] logits = network.Infer(features, pyramid, workers);

        int sites = pyramid.Levels[0].Count;
        float[] expected = [.. Enumerable.Range(0, sites * 3).Select(i => MathF.Log(MathF.Max(features[(i / 3 * 5) + 2 + (i % 3)], 1e-10f)))];
        Tolerance.Equal(expected, logits, 1e-6, scale: 1);
    }

    [Fact]
    public void Infer_ProbabilityColumnAndRandomWeights_EqualsForward()
    {
        (float[] features, SitePyramid pyramid, Workers workers) = Probabilities();
        SparseUNet network = new(new SparseUNetOptions(5, 3, [4, 8], 1, probabilityColumn: 2), 1);
        Samples.Randomise(network.Parameters, 2);

        float[] expected = network.Forward(new Variable(features, pyramid.Levels[0].Count, 5), pyramid, null, workers).Value;

        Tolerance.Equal(expected, network.Infer(features, pyramid, workers), 1e-4, scale: expected.Max(Math.Abs));
    }

    [Fact]
    public void Backward_ProbabilityColumnAtTheStart_OnlyTheLastLayerHasAGradient()
    {
        (float[] features, SitePyramid pyramid, Workers workers) = Probabilities();
        SparseUNet network = new(new SparseUNetOptions(5, 3, [4, 8], 1, probabilityColumn: 2), 1);
        Tape tape = new(workers, new Random(1));

        Variable logits = network.Forward(new Variable(features, pyramid.Levels[0].Count, 5, false), pyramid, tape, workers);
        Samples.Values(logits.Value.Length, 3).CopyTo(logits.Gradient, 0);
        tape.Backward();

        Assert.Equal(
            ["final.linear.weight", "final.linear.bias"],
            network.Parameters.Where(p => p.Gradient.Any(g => g != 0)).Select(p => p.Name));
    }

    [Fact]
    public void CopyFrom_OtherProbabilityColumn_Throws()
    {
        SparseUNet added = new(new SparseUNetOptions(5, 3, [4, 8], 1, probabilityColumn: 2), 1);
        SparseUNet alone = new(new SparseUNetOptions(5, 3, [4, 8], 1), 1);

        Assert.Contains(
            "expected a network with an answer of its own, got one with an answer added to the probabilities from channel 2 on",
            Assert.Throws<ArgumentException>(() => alone.CopyFrom(added)).Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Options_ProbabilityColumnOutOfRange_Throws(int column) =>
        Assert.Contains(
            $"probabilityColumn: expected 3 channels from it on within 5, got {column}",
            Assert.Throws<ArgumentException>(() => new SparseUNetOptions(5, 3, probabilityColumn: column)).Message);

    [Fact]
    public void Parameters_AnyOptions_HaveUniqueNames()
    {
        SparseUNet network = new(new SparseUNetOptions(3, 2, [4, 8, 16], 3), 1);

        Assert.Equal(network.Parameters.Count, network.Parameters.Select(p => p.Name).Distinct().Count());
    }

    // Two channels of anything, then three of probabilities, some of them 0.
    private static (float[] Features, SitePyramid Pyramid, Workers Workers) Probabilities()
    {
        Workers workers = new(2);
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 70, 80, 0.6, 5), 2, workers);
        float[] features = Samples.Values(pyramid.Levels[0].Count * 5, 4);
        for (int i = 0; i < features.Length; i += 5)
        {
            features[i + 2] = i % 3 == 0 ? 0 : MathF.Abs(features[i + 2]) / 4;
            features[i + 3] = MathF.Abs(features[i + 3]) / 4;
            features[i + 4] = MathF.Abs(1 - features[i + 2] - features[i + 3]);
        }

        return (features, pyramid, workers);
    }

    private static float[][] Train(Workers workers)
    {
        SitePyramid pyramid = SitePyramid.Build(Samples.Sites(2, 60, 70, 0.5, 3), 3, workers);
        int sites = pyramid.Levels[0].Sites.Count;
        SparseUNet network = new(new SparseUNetOptions(5, 4, [8, 16, 20], 1, 0.1f), 1);
        Tape tape = new(workers, new Random(1));
        Variable logits = network.Forward(new Variable(Samples.Values(sites * 5, 4), sites, 5), pyramid, tape, workers);
        Samples.Values(sites * 4, 5).CopyTo(logits.Gradient, 0);
        tape.Backward();
        float[] inferred = network.Infer(Samples.Values(sites * 5, 4), pyramid, workers);
        return [logits.Value, inferred, .. network.Parameters.Select(p => p.Gradient), .. network.Parameters.Select(p => p.Value)];
    }
}
