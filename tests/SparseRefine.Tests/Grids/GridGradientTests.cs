using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Grids;

/// <summary>Gradients of the layers that only dense networks have against central differences of loss = sum(output x probe).</summary>
public sealed class GridGradientTests
{
    // Outputs are floats of about 1: a step of 0.01 leaves a rounding error of about 1e-5 in a difference, and its square as truncation.
    private const double Step = 0.01;
    private const double Relative = 3e-3;
    private static readonly Workers Workers = new(2);
    private static readonly GridShape Grid = new(2, 4, 6);

    [Theory]
    [InlineData("gelu", 5)]
    [InlineData("multiply", 5)]
    [InlineData("add-relu", 8)]
    [InlineData("average", 9)]
    [InlineData("polyphase", 9)]
    [InlineData("upsample2", 9)]
    [InlineData("upsample4", 3)]
    [InlineData("attention", 4)]
    [InlineData("pairwise", 4)]
    [InlineData("unary", 4)]
    [InlineData("pick", 3)]
    public void Backward_AllGradients_MatchCentralDifferences(string kind, int channels)
    {
        var average = new PhasePooling("pool", channels, 2, learned: false);
        var polyphase = new PhasePooling("pool", channels, 2, learned: true);
        Samples.Values(polyphase.Weight.Value.Length, 31).CopyTo(polyphase.Weight.Value, 0);
        Variable[] inputs = [.. Enumerable.Range(0, 4).Select(i =>
        {
            int width = kind is "attention" or "pairwise" or "unary" && i == 2 ? 1 : channels;
            return new Variable(Samples.Values(Grid.Rows * width, 40 + i), Grid.Rows, width);
        })];
        Func<Variable[], Tape, Variable> forward = kind switch
        {
            "gelu" => (x, tape) => Gelu.Forward(x[0], tape, Workers),
            "multiply" => (x, tape) => Multiply.Forward(x[0], x[1], tape, Workers),
            "add-relu" => (x, tape) => Add.ForwardRelu(x[0], x[1], tape, Workers),
            "average" => (x, tape) => average.Forward(x[0], Grid, tape, Workers),
            "polyphase" => (x, tape) => polyphase.Forward(x[0], Grid, tape, Workers),
            "upsample2" => (x, tape) => Upsample.Forward(x[0], Grid, 2, tape, Workers),
            "upsample4" => (x, tape) => Upsample.Forward(x[0], Grid, 4, tape, Workers),
            "attention" => (x, tape) => Attention.Forward(x[0], x[1], x[2], x[3], 0.7f, Grid, tape, Workers),
            "pairwise" => (x, tape) => Attention.Forward(x[0], x[1], null, x[3], 0.7f, Grid, tape, Workers),
            "unary" => (x, tape) => Attention.Forward(null, null, x[2], x[3], 0.7f, Grid, tape, Workers),
            _ => (x, tape) => PickRows.Forward(x[0], [5, 2, 5], tape),
        };

        var tape = new Tape(Workers, new Random(1));
        Variable output = forward(inputs, tape);
        float[] probe = Samples.Values(output.Value.Length, 9);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();
        foreach (Variable input in inputs)
        {
            Check(input.Value, input.Gradient);
        }

        Check(polyphase.Weight.Value, polyphase.Weight.Gradient);

        void Check(float[] values, float[] gradient)
        {
            for (int i = 0; i < values.Length; i++)
            {
                // At the kink of a relu there is no derivative.
                if (kind == "add-relu" && Math.Abs(inputs[0].Value[i % inputs[0].Value.Length] + inputs[1].Value[i % inputs[0].Value.Length]) < 2 * Step)
                {
                    continue;
                }

                float kept = values[i];
                values[i] = (float)(kept + Step);
                double above = Sum();
                values[i] = (float)(kept - Step);
                double below = Sum();
                values[i] = kept;
                Tolerance.Equal((above - below) / (2 * Step), gradient[i], Relative, 1, $"{kind} [{i}]");
            }
        }

        double Sum()
        {
            float[] y = forward(inputs, new Tape(Workers, new Random(1))).Value;
            return y.Select((value, i) => (double)value * probe[i]).Sum();
        }
    }

    [Fact]
    public void PixelContrast_Gradient_MatchesCentralDifferences()
    {
        byte[] labels = [0, 1, 1, 2, 0, 3, 1, 0];
        var embeddings = new Variable(Samples.Values(labels.Length * 5, 3), labels.Length, 5);
        PixelContrast.Apply(embeddings, labels, 0.5, 0.8);
        for (int i = 0; i < embeddings.Value.Length; i++)
        {
            double above = At(i, Step);
            double below = At(i, -Step);
            Tolerance.Equal((above - below) / (2 * Step), embeddings.Gradient[i], Relative, 0.1, $"[{i}]");
        }

        double At(int index, double step)
        {
            float[] moved = [.. embeddings.Value];
            moved[index] = (float)(moved[index] + step);
            return PixelContrast.Apply(new Variable(moved, labels.Length, 5, needsGradient: false), labels, 0.5, 0.8);
        }
    }

    [Fact]
    public void PixelContrast_NoClassTwice_IsZero()
    {
        var embeddings = new Variable(Samples.Values(15, 3), 3, 5);

        Assert.Equal(0, PixelContrast.Apply(embeddings, [0, 1, 2], 0.1, 1));
        Assert.All(embeddings.Gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void PixelContrast_ClassesApart_IsLowerThanClassesMixed()
    {
        float[] values = [1, 0, 1, 0.1f, 0, 1, 0.1f, 1];
        double apart = PixelContrast.Apply(new Variable(values, 4, 2), [0, 0, 1, 1], 0.1, 1);
        double mixed = PixelContrast.Apply(new Variable(values, 4, 2), [0, 1, 0, 1], 0.1, 1);

        Assert.True(apart < 0.01 && mixed > 5, $"{apart}, {mixed}");
    }

    [Fact]
    public void PhasePooling_SidesTheFactorDoesNotDivide_IsAnError()
    {
        var pooling = new PhasePooling("pool", 2, 4, learned: false);
        var error = Assert.Throws<ArgumentException>(() => pooling.Forward(new Variable(new float[60], 30, 2), new GridShape(1, 5, 6), null, Workers));

        Assert.Contains("multiples of 4, got 1x5x6", error.Message);
    }
}
