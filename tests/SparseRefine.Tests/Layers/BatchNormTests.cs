using SparseRefine.Kernels;
using SparseRefine.Layers;
using Xunit;

namespace SparseRefine.Tests.Layers;

public sealed class BatchNormTests
{
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1, 9, true)]
    [InlineData(7, 3, true)]
    [InlineData(50, 17, false)]
    [InlineData(2500, 33, true)]
    public void ForwardBackward_Training_EqualsDoubleOracle(int rows, int channels, bool relu)
    {
        Workers workers = new(2);
        BatchNorm norm = new("n", channels);
        Samples.Randomise(norm.Parameters, 3);
        float[] oldMean = norm.RunningMean.Value.ToArray();
        float[] oldVariance = norm.RunningVariance.Value.ToArray();
        float[] x = [.. Samples.Values(rows * channels, 1).Select(v => (v * 3) + 5)];
        float[] g = Samples.Values(rows * channels, 2);
        Variable input = new(x, rows, channels);
        Tape tape = new(workers, new Random(1));

        Variable output = norm.Forward(input, relu, tape, workers);
        g.CopyTo(output.Gradient, 0);
        tape.Backward();

        for (int c = 0; c < channels; c++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(i => (double)x[(i * channels) + c])];
            double mean = column.Average();
            double variance = column.Average(v => (v - mean) * (v - mean));
            double inverse = 1 / Math.Sqrt(variance + 1e-5);
            double[] hat = [.. column.Select(v => (v - mean) * inverse)];
            double[] y = [.. hat.Select(h => (h * norm.Weight.Value[c]) + norm.Bias.Value[c])];
            double[] dy = [.. Enumerable.Range(0, rows).Select(i => relu && y[i] <= 0 ? 0.0 : g[(i * channels) + c])];
            double dWeight = dy.Zip(hat, (a, b) => a * b).Sum();
            for (int i = 0; i < rows; i++)
            {
                double expected = relu ? Math.Max(y[i], 0) : y[i];
                Tolerance.Equal(expected, output.Value[(i * channels) + c], 1e-4, 1, $"output[{i},{c}]");
                double dx = norm.Weight.Value[c] * inverse * (dy[i] - (dy.Sum() / rows) - (hat[i] * dWeight / rows));
                // One row divides by sqrt(1e-5), so terms of size 300 cancel.
                Tolerance.Equal(dx, input.Gradient[(i * channels) + c], 1e-4, inverse, $"input gradient[{i},{c}]");
            }

            Tolerance.Equal(dWeight, norm.Weight.Gradient[c], 1e-4, Math.Sqrt(rows), $"weight gradient[{c}]");
            Tolerance.Equal(dy.Sum(), norm.Bias.Gradient[c], 1e-4, Math.Sqrt(rows), $"bias gradient[{c}]");
            double unbiased = rows > 1 ? variance * rows / (rows - 1) : variance;
            Tolerance.Equal((0.9 * oldMean[c]) + (0.1 * mean), norm.RunningMean.Value[c], 1e-5, 1, $"mean[{c}]");
            Tolerance.Equal((0.9 * oldVariance[c]) + (0.1 * unbiased), norm.RunningVariance.Value[c], 1e-5, 1, $"variance[{c}]");
        }
    }

    [Fact]
    public void Forward_NoRowsTraining_KeepsStatistics()
    {
        BatchNorm norm = new("n", 4);
        Workers workers = new(1);
        Tape tape = new(workers, new Random(1));

        Variable output = norm.Forward(new Variable([], 0, 4), true, tape, workers);
        tape.Backward();

        Assert.Empty(output.Value);
        Assert.All(norm.RunningMean.Value, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Forward_Evaluation_UsesRunningStatistics()
    {
        BatchNorm norm = new("n", 1);
        norm.RunningMean.Value[0] = 3;
        norm.RunningVariance.Value[0] = 4;
        norm.Weight.Value[0] = 2;
        norm.Bias.Value[0] = 1;

        float[] y = norm.Forward(new Variable([7f, -5f], 2, 1), true, null, new Workers(1)).Value;

        Tolerance.Equal((double[])[5, 0], y, 1e-5);
    }
}
