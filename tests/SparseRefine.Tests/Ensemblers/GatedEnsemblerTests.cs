using SparseRefine.Ensemblers;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests.Ensemblers;

public class GatedEnsemblerTests
{
    [Theory]
    [InlineData(2, GateForm.Softmax, 64, true)]
    [InlineData(2, GateForm.Sigmoid, 64, true)]
    [InlineData(19, GateForm.Softmax, 64, true)]
    [InlineData(40, GateForm.Sigmoid, 64, true)]
    [InlineData(3, GateForm.Softmax, 7, true)]
    [InlineData(2, GateForm.Softmax, 64, false)]
    [InlineData(19, GateForm.Sigmoid, 64, false)]
    [InlineData(3, GateForm.Softmax, 7, false)]
    public void Ensemble_AnyWeights_MatchesDoubleOracle(int classes, GateForm form, int hidden, bool hasMerge)
    {
        GatedEnsembler ensembler = Shaken(classes, form, hidden, hasMerge);
        foreach (int rows in new[] { 1, 8, 63, 64, 65, 131 })
        {
            float[] dense = Logits(rows * classes, 1);
            float[] sparse = Logits(rows * classes, 2);
            float[] merged = ensembler.Ensemble(dense, sparse, rows, classes, new Workers(2));
            for (int i = 0; i < rows; i++)
            {
                double[] expected = Oracle(
                    ensembler, [.. dense.AsSpan(i * classes, classes)], [.. sparse.AsSpan(i * classes, classes)]);
                for (int c = 0; c < classes; c++)
                {
                    double tolerance = 1e-4 * Math.Max(1, expected.Max(Math.Abs));
                    Assert.True(
                        Math.Abs(expected[c] - merged[i * classes + c]) < tolerance,
                        $"row {i} of {rows}, class {c}: expected {expected[c]}, got {merged[i * classes + c]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(GateForm.Softmax, 2)]
    [InlineData(GateForm.Sigmoid, 2)]
    [InlineData(GateForm.Softmax, 19)]
    [InlineData(GateForm.Softmax, 40)]
    public void Ensemble_Untrained_FollowsTheSurerModel(GateForm form, int classes)
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(classes, gateForm: form), 3);
        float[] sure = new float[classes];
        float[] unsure = new float[classes];
        sure[0] = 12;
        unsure[1] = 0.5f;
        foreach ((float[] dense, float[] sparse) in new[] { (sure, unsure), (unsure, sure) })
        {
            float[] merged = ensembler.Ensemble(dense, sparse, 1, classes, new Workers(1));

            // e differs by at least ln 2 - 0.05, so w of the surer one is at least sigmoid(2.5) = 0.92.
            Assert.True(merged[0] > 0.9 * 12, $"got {merged[0]}");
            Assert.Equal(0, Array.IndexOf(merged, merged.Max()));
        }
    }

    [Fact]
    public void Ensemble_UntrainedEqualAnswers_IsTheIdentity()
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(5, hasMerge: true), 3);
        float[] z = [1.5f, -2.25f, 0, 7, -0.125f];
        Assert.Equal(z, ensembler.Ensemble(z, z, 1, 5, new Workers(1)));
    }

    [Fact]
    public void Constructor_SameSeed_GivesSameBits()
    {
        float[][] a = [.. new GatedEnsembler(new GatedEnsemblerOptions(3), 5).Parameters.Select(p => p.Value)];
        float[][] b = [.. new GatedEnsembler(new GatedEnsemblerOptions(3), 5).Parameters.Select(p => p.Value)];
        Assert.Equal(a, b);
    }

    [Fact]
    public void Parameters_Default_HaveThePapersShapesAndUniqueNames()
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(19, hasMerge: true), 0);
        Assert.Equal(8, ensembler.Parameters.Select(p => p.Name).Distinct().Count());
        int[][] expected = [[64, 40], [64], [2, 64], [2], [64, 19], [64], [19, 64], [19]];
        Assert.Equal(expected, ensembler.Parameters.Select(p => p.Shape));

        var plain = new GatedEnsembler(new GatedEnsemblerOptions(19), 0);
        Assert.Equal(expected[..4], plain.Parameters.Select(p => p.Shape));
        plain.CopyFrom(ensembler);
        Assert.Equal(ensembler.Parameters.Take(4).Select(p => p.Value), plain.Parameters.Select(p => p.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ensemble_NaNRow_StaysInItsRow(bool hasMerge)
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(2, hasMerge: hasMerge), 0);
        float[] merged = ensembler.Ensemble([0, float.NaN, 1, 2], [1, 2, 1, 2], 2, 2, new Workers(1));
        Assert.True((float.IsNaN(merged[0]) || !hasMerge) && float.IsNaN(merged[1]));
        Assert.Equal([1f, 2f], merged[2..]);
    }

    [Fact]
    public void Forward_WithoutTape_HasTheBitsOfEnsemble()
    {
        GatedEnsembler ensembler = Shaken(4, GateForm.Softmax, 16);
        float[] dense = Logits(400, 1);
        float[] sparse = Logits(400, 2);
        Variable merged = ensembler.Forward(
            new Variable(dense, 100, 4, false), new Variable(sparse, 100, 4), null, new Workers(2));
        Assert.Equal(ensembler.Ensemble(dense, sparse, 100, 4, new Workers(1)), merged.Value);
    }

    [Theory]
    [InlineData(2, GateForm.Softmax, 5, true)]
    [InlineData(2, GateForm.Sigmoid, 5, true)]
    [InlineData(3, GateForm.Softmax, 70, true)]
    [InlineData(5, GateForm.Sigmoid, 67, true)]
    [InlineData(2, GateForm.Sigmoid, 5, false)]
    [InlineData(3, GateForm.Softmax, 70, false)]
    public void Backward_ParametersAndSparse_MatchFiniteDifferences(int classes, GateForm form, int rows, bool hasMerge)
    {
        GatedEnsembler ensembler = Shaken(classes, form, 9, hasMerge);
        float[] dense = Logits(rows * classes, 1);
        float[] sparse = Logits(rows * classes, 2);
        float[] pull = Logits(rows * classes, 3);
        var input = new Variable(sparse, rows, classes);
        Differentiate(ensembler, dense, input, pull, 2);

        double Loss()
        {
            double sum = 0;
            for (int i = 0; i < rows; i++)
            {
                double[] y = Oracle(
                    ensembler, [.. dense.AsSpan(i * classes, classes)], [.. sparse.AsSpan(i * classes, classes)]);
                for (int c = 0; c < classes; c++)
                {
                    sum += y[c] * pull[i * classes + c];
                }
            }

            return sum;
        }

        foreach (Parameter parameter in ensembler.Parameters)
        {
            AssertSlopes(parameter.Name, parameter.Value, parameter.Gradient, Loss);
        }

        AssertSlopes("sparse", sparse, input.Gradient, Loss);
    }

    [Fact]
    public void Backward_OneAndTwoThreads_GivesSameBits()
    {
        const int Rows = 10001;
        float[] dense = Logits(Rows * 3, 1);
        float[] pull = Logits(Rows * 3, 3);
        var gradients = new List<float[]>();
        foreach (int threads in new[] { 1, 2 })
        {
            GatedEnsembler ensembler = Shaken(3, GateForm.Softmax, 12);
            var input = new Variable(Logits(Rows * 3, 2), Rows, 3);
            Differentiate(ensembler, dense, input, pull, threads);
            gradients.Add([.. ensembler.Parameters.SelectMany(p => p.Gradient), .. input.Gradient]);
        }

        Assert.Equal(gradients[0], gradients[1]);
    }

    [Fact]
    public void Backward_NoRows_LeavesGradientsZero()
    {
        GatedEnsembler ensembler = Shaken(3, GateForm.Softmax, 12);
        Differentiate(ensembler, [], new Variable([], 0, 3), [], 2);
        Assert.All(ensembler.Parameters, p => Assert.All(p.Gradient, g => Assert.Equal(0f, g)));
    }

    [Fact]
    public void Forward_OtherSizes_Throws()
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(3), 0);
        var three = new Variable(new float[6], 2, 3);
        Assert.Throws<ArgumentException>(
            () => ensembler.Forward(three, new Variable(new float[9], 3, 3), null, new Workers(1)));
        Assert.Throws<ArgumentException>(
            () => ensembler.Forward(three, new Variable(new float[4], 2, 2), null, new Workers(1)));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(256, 64)]
    [InlineData(3, 1)]
    public void Options_OutOfRange_Throws(int classes, int hidden)
        => Assert.ThrowsAny<ArgumentException>(() => new GatedEnsemblerOptions(classes, hidden));

    private static void Differentiate(GatedEnsembler ensembler, float[] dense, Variable sparse, float[] pull, int threads)
    {
        var workers = new Workers(threads);
        var tape = new Tape(workers, new Random(0));
        Variable merged = ensembler.Forward(
            new Variable(dense, sparse.Rows, sparse.Channels, false), sparse, tape, workers);
        pull.CopyTo(merged.Gradient, 0);
        tape.Backward();
    }

    // The oracle works in double, so a small step is exact enough; a step across a kink of relu would not be, which the
    // one-sided slopes on both sides reveal: they disagree there, and the gradient must be one of them.
    private static void AssertSlopes(string name, float[] values, float[] gradient, Func<double> loss)
    {
        double middle = loss();
        for (int i = 0; i < values.Length; i += 1 + values.Length / 60)
        {
            float value = values[i];
            float up = value + 1e-4f;
            float down = value - 1e-4f;
            values[i] = up;
            double right = (loss() - middle) / ((double)up - value);
            values[i] = down;
            double left = (middle - loss()) / ((double)value - down);
            values[i] = value;
            double tolerance = 2e-3 * Math.Max(1, Math.Abs(left)) + Math.Abs(right - left);
            Assert.True(
                Math.Abs(gradient[i] - (left + right) / 2) <= tolerance,
                $"{name}[{i}]: slopes {left} and {right}, gradient {gradient[i]}");
        }
    }

    private static float[] Logits(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 6 - 3)];
    }

    /// <summary>Weights away from the orderly start, where many gradients would vanish.</summary>
    private static GatedEnsembler Shaken(int classes, GateForm form, int hidden, bool hasMerge = true)
    {
        var ensembler = new GatedEnsembler(new GatedEnsemblerOptions(classes, hidden, form, hasMerge), 1);
        var random = new Random(2);
        foreach (Parameter parameter in ensembler.Parameters)
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] += (random.NextSingle() - 0.5f) * 0.6f;
            }
        }

        return ensembler;
    }

    private static double[] Oracle(GatedEnsembler ensembler, float[] dense, float[] sparse)
    {
        double[] z1 = [.. dense.Select(z => (double)z)];
        double[] z2 = [.. sparse.Select(z => (double)z)];
        double[] features =
        [
            .. LogitMaps.Softmax(z1), LogitMaps.Entropy(z1), .. LogitMaps.Softmax(z2), LogitMaps.Entropy(z2),
        ];
        double[] gate = Linears(features, [.. ensembler.Parameters.Take(4)]);
        double s = gate.Length == 2 ? gate[0] - gate[1] : gate[0];
        double w1 = 1 / (1 + Math.Exp(-s));
        double[] mixed = [.. z1.Zip(z2, (a, b) => w1 * a + (1 - w1) * b)];
        return ensembler.Options.HasMerge ? Linears(mixed, [.. ensembler.Parameters.Skip(4)]) : mixed;
    }

    private static double[] Linears(double[] inputs, Parameter[] net)
    {
        double[] hidden = [.. Linear(inputs, net[0], net[1]).Select(h => Math.Max(h, 0))];
        return Linear(hidden, net[2], net[3]);
    }

    private static double[] Linear(double[] inputs, Parameter weight, Parameter bias)
    {
        double[] outputs = new double[weight.Shape[0]];
        for (int j = 0; j < outputs.Length; j++)
        {
            outputs[j] = bias.Value[j];
            for (int d = 0; d < inputs.Length; d++)
            {
                outputs[j] += weight.Value[j * inputs.Length + d] * inputs[d];
            }
        }

        return outputs;
    }
}
