using SparseRefine.Sites;

namespace SparseRefine.Tests.Layers;

/// <summary>
/// 3x3 layers by their definition over dense grids in double precision; uses no kernel map. A pair (coarse or output site o, input site
/// j) is connected through tap (ky, kx) if j = o * stride + (ky, kx) - 1 in the same image.
/// </summary>
internal static class DenseOracle
{
    /// <summary>Calls visit(output row, input row, tap) for each connected pair.</summary>
    public static void Visit(SiteSet outputs, SiteSet inputs, int stride, Action<int, int, int> visit)
    {
        Dictionary<(int Image, int Y, int X), int> rows = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            rows[Position(inputs, i)] = i;
        }

        for (int o = 0; o < outputs.Count; o++)
        {
            (int image, int y, int x) = Position(outputs, o);
            for (int tap = 0; tap < 9; tap++)
            {
                if (rows.TryGetValue((image, (y * stride) + (tap / 3) - 1, (x * stride) + (tap % 3) - 1), out int row))
                {
                    visit(o, row, tap);
                }
            }
        }
    }

    /// <summary>y[o] += x[j] W[tap]; transposed: y[j] += x[o] W[tap].</summary>
    public static Result Run(
        SiteSet outputs, SiteSet inputs, int stride, bool transposed, float[] x, float[] w, float[] gradient, int cin, int cout)
    {
        int count = transposed ? inputs.Count : outputs.Count;
        Result result = new(new double[count * cout], new double[x.Length], new double[w.Length]);
        Visit(outputs, inputs, stride, (o, j, tap) =>
        {
            (int to, int from) = transposed ? (j, o) : (o, j);
            for (int a = 0; a < cin; a++)
            {
                for (int b = 0; b < cout; b++)
                {
                    int k = (((tap * cin) + a) * cout) + b;
                    double input = x[(from * cin) + a];
                    double g = gradient[(to * cout) + b];
                    result.Output[(to * cout) + b] += input * w[k];
                    result.InputGradient[(from * cin) + a] += g * w[k];
                    result.WeightGradient[k] += g * input;
                }
            }
        });
        return result;
    }

    public static (int Image, int Y, int X) Position(SiteSet sites, int i)
    {
        int index = sites.Indices[i];
        return (index / (sites.Height * sites.Width), index / sites.Width % sites.Height, index % sites.Width);
    }

    public sealed record Result(double[] Output, double[] InputGradient, double[] WeightGradient);
}
