using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Layers;

/// <summary>
/// Every layer's gradients against central differences of loss = sum(output x probe). The linear layers' differences are exact but
/// for rounding, so a wide step is the best one; the batch norm's are not, hence its narrower step and looser tolerance.
/// </summary>
public sealed class FiniteDifferenceTests
{
    private static readonly Workers Workers = new(1);

    public static TheoryData<string, int, int, double, int, int> Cases()
    {
        TheoryData<string, int, int, double, int, int> cases = [];
        foreach (string layer in new[] { "submanifold", "down", "up", "linear", "norm" })
        {
            foreach ((int height, int width, double density) in new[] { (1, 1, 1.0), (4, 5, 0.4), (5, 3, 1.0), (7, 6, 0.6) })
            {
                cases.Add(layer, height, width, density, 1, 2);
                cases.Add(layer, height, width, density, 3, 3);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_AllGradients_MatchCentralDifferences(
        string layer, int height, int width, double density, int inputs, int outputs)
    {
        var pyramid = SitePyramid.Build(Samples.Sites(1, height, width, density, 5), 2, Workers);
        SiteLevel fine = pyramid.Levels[0];
        SiteLevel coarse = pyramid.Levels[1];
        var random = new Random(11);
        int rows = layer == "up" ? coarse.Sites.Count : fine.Sites.Count;
        Func<Variable, Tape, Variable> forward;
        Parameter[] parameters;
        switch (layer)
        {
            case "submanifold":
                var submanifold = new SubmanifoldConvolution("layer", inputs, outputs, random);
                (forward, parameters) = ((x, tape) => submanifold.Forward(x, fine, tape, Workers), [.. submanifold.Parameters]);
                break;
            case "down":
                var down = new DownConvolution("layer", inputs, outputs, random);
                (forward, parameters) = ((x, tape) => down.Forward(x, fine, coarse, tape, Workers), [.. down.Parameters]);
                break;
            case "up":
                var up = new UpConvolution("layer", inputs, outputs, random);
                (forward, parameters) = ((x, tape) => up.Forward(x, fine, coarse, tape, Workers), [.. up.Parameters]);
                break;
            case "linear":
                var linear = new Linear("layer", inputs, outputs, random);
                (forward, parameters) = ((x, tape) => linear.Forward(x, tape, Workers), [.. linear.Parameters]);
                break;
            default:
                var norm = new BatchNorm("layer", inputs);
                Samples.Randomise(norm.Parameters, 3);
                (forward, parameters) = ((x, tape) => norm.Forward(x, false, tape, Workers), [.. norm.Parameters.Where(p => p.IsTrained)]);
                break;
        }

        bool exact = layer != "norm";
        double step = exact ? 0.25 : 0.01;
        double tolerance = exact ? 1e-4 : 2e-2;
        var input = new Variable(Samples.Values(rows * inputs, 7), rows, inputs);
        var tape = new Tape(Workers, new Random(1));
        Variable output = forward(input, tape);
        float[] probe = Samples.Values(output.Value.Length, 9);
        probe.CopyTo(output.Gradient, 0);
        tape.Backward();

        Check(input.Value, input.Gradient, "input");
        foreach (Parameter parameter in parameters)
        {
            Check(parameter.Value, parameter.Gradient, parameter.Name);
        }

        double Loss()
        {
            Variable y = forward(new Variable(input.Value, rows, inputs), new Tape(Workers, new Random(1)));
            double sum = 0;
            for (int i = 0; i < probe.Length; i++)
            {
                sum += (double)y.Value[i] * probe[i];
            }

            return sum;
        }

        void Check(float[] values, float[] gradient, string name)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float kept = values[i];
                values[i] = (float)(kept + step);
                double above = Loss();
                values[i] = (float)(kept - step);
                double below = Loss();
                values[i] = kept;
                Tolerance.Equal((above - below) / (2 * step), gradient[i], tolerance, 1, $"{layer} {height}x{width} {name}[{i}]");
            }
        }
    }
}
