using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Sites;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Layers;

public sealed class TapePoolTests
{
    private const int Inputs = 9;
    private const int Classes = 3;
    private static readonly Workers Workers = new(2);

    [Theory]
    [InlineData("unet", 0f)]
    [InlineData("unet", 0.2f)]
    [InlineData("fine", 0f)]
    [InlineData("fine-residual", 0.2f)]
    public void Backward_ArraysOfAPool_SameBitsAsNewOnes(string kind, float dropout)
    {
        RefinerNetwork pooled = Network(kind, dropout);
        RefinerNetwork plain = Network(kind, dropout);
        GatedEnsembler pooledGate = new(new GatedEnsemblerOptions(Classes), 1);
        GatedEnsembler plainGate = new(new GatedEnsemblerOptions(Classes), 1);
        BufferPool pool = new();
        foreach (double density in (double[])[0.7, 0.3, 0.9, 0.05, 0.8])
        {
            double expected = Step(plain, plainGate, density, null);
            double actual = Step(pooled, pooledGate, density, pool);

            Assert.Equal(expected, actual);
            foreach ((Parameter one, Parameter other) in plain.Parameters.Concat(plainGate.Parameters).Zip([.. pooled.Parameters, .. pooledGate.Parameters]))
            {
                Assert.Equal(one.Gradient, other.Gradient);
                Assert.Equal(one.Value, other.Value);
            }

            Poison(pool);
        }
    }

    [Fact]
    public void Expect_StepsOfManySizes_HoldsLittleMoreThanTheLargestTakes()
    {
        double[] densities = [0.5, 0.4, 0.6, 0.45, 0.7, 0.35, 0.8, 0.55, 0.9, 0.5, 0.75, 0.6, 0.85];
        BufferPool largest = new();
        BufferPool all = new();
        BufferPool unscaled = new();
        RefinerNetwork network = Network("unet", 0);
        GatedEnsembler gate = new(new GatedEnsemblerOptions(Classes), 1);
        Step(network, gate, densities.Max(), largest);
        foreach (double density in densities)
        {
            Step(network, gate, density, all);
            Step(network, gate, density, unscaled, expects: false);
        }

        long most = largest.Clear();
        long held = all.Clear();
        long without = unscaled.Clear();
        Assert.True(held <= 1.15 * most && held < without, $"expected at most 1.15 x {most} bytes and less than {without}, got {held}");
    }

    [Fact]
    public void Value_Discarded_SaysSo()
    {
        Variable variable = Variable.Output(new Tape(Workers, new Random(1), new BufferPool()), 3, 2);
        variable.Forget();
        Assert.Equal(6, variable.Value.AsSpan(0, variable.Length).Length);

        variable.Discard();

        Assert.Throws<InvalidOperationException>(() => variable.Value);
    }

    private static RefinerNetwork Network(string kind, float dropout) => kind == "unet"
        ? new SparseUNet(new SparseUNetOptions(Inputs, Classes, [6, 8, 16], 1, dropout, 3), 1)
        : new FineColumn(new FineColumnOptions(Inputs, Classes, [6, 8, 16], 1, kind == "fine-residual", 0, dropout), 1);

    // A forward and backward pass with the losses of a training; returns the loss.
    private static double Step(RefinerNetwork network, GatedEnsembler gate, double density, BufferPool? pool, bool expects = true)
    {
        // The upper part of either image: coarser levels have the same share of the sites at every density.
        SiteSet sites = new([.. Enumerable.Range(0, 2 * 96 * 80).Where(i => i / 80 % 96 < density * 96)], 2, 96, 80);
        if (expects && pool?.Expect(sites.Count) == true)
        {
            pool.Clear();
        }

        var tape = new Tape(Workers, new Random(5), pool);
        using SitePyramid pyramid = SitePyramid.Build(sites, 3, Workers, pool);
        CoarseColumn coarse = new([.. Enumerable.Range(1, 2).Select(seed => new LogitMap(Samples.Values(Classes * 30, seed), Classes, 6, 5))], 0, Workers);
        foreach (Parameter parameter in network.Parameters.Concat(gate.Parameters))
        {
            Array.Clear(parameter.Gradient);
        }

        float[] features = [.. Samples.Values(sites.Count * Inputs, 4).Select(Math.Abs)];
        byte[] labels = [.. Enumerable.Range(0, sites.Count).Select(i => (byte)(i * 7 % 5 % Classes))];
        var dense = new Variable(Samples.Values(sites.Count * Classes, 6), sites.Count, Classes, needsGradient: false);
        Variable output = network.RunLayers(new Variable(features, sites.Count, Inputs, needsGradient: false), coarse, pyramid, tape, Workers);
        output = Fusion.Forward(dense.Value, output, null, [], network.CorrectsScores, tape, Workers);
        double loss = CrossEntropy.Apply(output, labels, 255, null, 1, Workers) + DiceLoss.Apply(output, labels, 255, null, 1, Workers);
        loss += CrossEntropy.Apply(gate.Forward(dense, output, tape, Workers), labels, 255, null, 1, Workers);
        tape.Backward();
        return loss;
    }

    // Whoever reads an array that a layer has not written meets NaN.
    private static void Poison(BufferPool pool)
    {
        List<float[]> arrays = [];
        for (int length = 16; length < 1 << 18; length *= 2)
        {
            for (int i = 0; i < 8; i++)
            {
                arrays.Add(pool.Rent<float>(length));
                arrays[^1].AsSpan().Fill(float.NaN);
            }
        }

        arrays.ForEach(pool.Return);
    }
}
