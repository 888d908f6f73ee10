using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using Xunit;

namespace SparseRefine.Tests.Networks;

public sealed class ColorFitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(21, 7)]
    public void Coefficients_RandomPhoto_EqualsRidgeRegressionInDoublePrecision(int height, int width)
    {
        const int Classes = 3;
        byte[] pixels = [.. Samples.Values(height * width * 3, 1).Select(v => (byte)Math.Clamp(128 + (120 * v), 0, 255))];
        float[] p = [.. Samples.Values(height * width * Classes, 2).Select(Math.Abs)];
        ColorFit fit = new(new ImageBuffer(pixels, height, width, PixelOrder.Rgb24), null, new Workers(2));

        float[] rows = fit.Coefficients(p, Classes, 1);

        for (int k = 0; k < ColorFit.Radii.Count; k++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    float[] actual = rows[((((y * width) + x) * ColorFit.Stride) + (k * ColorFit.Terms))..][..ColorFit.Terms];
                    Tolerance.Equal(Reference(pixels, p, height, width, y, x, ColorFit.Radii[k]), actual, 1e-3, scale: 1);
                }
            }
        }
    }

    [Fact]
    public void Run_SquareCutOffAtTheEdge_AveragesWhatIsThere()
    {
        float[] target = new float[2 * 3 * 4];
        BoxMeans.Run([.. Enumerable.Range(0, 24).Select(i => (float)i)], 2, 3, 4, 1, target, new Workers(2));

        Assert.Equal((0 + 1 + 4 + 5) / 4f, target[0]);
        Assert.Equal(12 + (0 + 1 + 2 + 4 + 5 + 6 + 8 + 9 + 10) / 9f, target[12 + 5]);
        Assert.Equal((6 + 7 + 10 + 11) / 4f, target[11]);
    }

    // a, b and R by the formulas, sums over the window in double precision, the 3x3 system solved by elimination.
    private static float[] Reference(byte[] pixels, float[] p, int height, int width, int y, int x, int radius)
    {
        double[] mean = new double[3];
        double[,] system = new double[3, 4];
        double answer = 0;
        double square = 0;
        int count = 0;
        for (int v = Math.Max(0, y - radius); v <= Math.Min(height - 1, y + radius); v++)
        {
            for (int u = Math.Max(0, x - radius); u <= Math.Min(width - 1, x + radius); u++)
            {
                int i = (v * width) + u;
                double[] color = [FeaturePass.Red[pixels[i * 3]], FeaturePass.Green[pixels[(i * 3) + 1]], FeaturePass.Blue[pixels[(i * 3) + 2]]];
                double q = p[(i * 3) + 1];
                count++;
                answer += q;
                square += q * q;
                for (int a = 0; a < 3; a++)
                {
                    mean[a] += color[a];
                    system[a, 3] += color[a] * q;
                    for (int b = 0; b < 3; b++)
                    {
                        system[a, b] += color[a] * color[b];
                    }
                }
            }
        }

        answer /= count;
        double[] covariance = new double[3];
        for (int a = 0; a < 3; a++)
        {
            for (int b = 0; b < 3; b++)
            {
                system[a, b] = (system[a, b] / count) - (mean[a] / count * mean[b] / count) + (a == b ? 0.01 : 0);
            }

            covariance[a] = system[a, 3] = (system[a, 3] / count) - (mean[a] / count * answer);
        }

        for (int pivot = 0; pivot < 3; pivot++)
        {
            for (int row = 0; row < 3; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = 0; column < 4 && row != pivot; column++)
                {
                    system[row, column] -= factor * system[pivot, column];
                }
            }
        }

        double[] slope = [.. Enumerable.Range(0, 3).Select(a => system[a, 3] / system[a, a])];
        double explained = slope.Zip(covariance, (a, b) => a * b).Sum() / ((square / count) - (answer * answer) + 0.001);
        double offset = answer - slope.Zip(mean, (a, b) => a * b / count).Sum();
        return [(float)slope[0], (float)slope[1], (float)slope[2], (float)offset, (float)Math.Clamp(explained, 0, 1)];
    }
}
