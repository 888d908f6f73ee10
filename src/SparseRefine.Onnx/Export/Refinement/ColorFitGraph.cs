using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary><see cref="ColorFit"/> in the graph: how a class's probabilities go with the photo's colors around each cell of the dense model's answer.</summary>
internal sealed class ColorFitGraph
{
    private const double Epsilon = 0.01;
    private const float LeastVariance = 0.001f;

    private readonly string _colors;
    private readonly (string Counts, string[] Means, string[] Inverse)[] _moments;

    /// <param name="graph">Where nodes go.</param>
    /// <param name="colors">The photo shrunk to a cell a pixel and normalised, [3, h, w].</param>
    /// <param name="height">h, [1].</param>
    /// <param name="width">w, [1].</param>
    public ColorFitGraph(OnnxGraph graph, string colors, string height, string width)
    {
        _colors = colors;
        string[] c = [.. Enumerable.Range(0, 3).Select(i => graph.Gather(colors, graph.Integers(i)))];
        string products = graph.Concat(
            0, colors, graph.Mul(c[0], c[0]), graph.Mul(c[0], c[1]), graph.Mul(c[0], c[2]), graph.Mul(c[1], c[1]), graph.Mul(c[1], c[2]), graph.Mul(c[2], c[2]));
        string ones = graph.Fill(graph.Concat(0, graph.Integers(1), height, width), OnnxGraph.Float, 1);
        _moments = [.. ColorFit.Radii.Select(radius =>
        {
            string counts = BoxSum(graph, ones, radius);
            string means = graph.Div(BoxSum(graph, products, radius), counts);
            return (counts, Planes(graph, means, 3), Invert(graph, means));
        })];
    }

    /// <summary>Coefficients of a class, [terms x radii, h, w].</summary>
    /// <param name="body">Where nodes go.</param>
    /// <param name="p">The class's probabilities, [1, h, w].</param>
    public string Coefficients(OnnxGraph body, string p)
    {
        string products = body.Concat(0, p, body.Mul(p, p), body.Mul(p, _colors));
        return body.Concat(0, [.. ColorFit.Radii.SelectMany((radius, k) =>
        {
            (string counts, string[] means, string[] inverse) = _moments[k];
            return Solve(body, Planes(body, body.Div(BoxSum(body, products, radius), counts), ColorFit.Terms), means, inverse);
        })]);
    }

    private static string[] Planes(OnnxGraph graph, string planes, int count) =>
        [.. Enumerable.Range(0, count).Select(i => graph.Gather(planes, graph.Integers(i)))];

    // Sums over squares cut off at the edges, in the engine's order: rows first, then columns.
    private static string BoxSum(OnnxGraph graph, string planes, int radius) => Sum(graph, Sum(graph, planes, radius, 1), radius, 2);

    private static string Sum(OnnxGraph graph, string planes, int radius, int axis)
    {
        long[] pads = new long[6];
        (pads[axis], pads[axis + 3]) = (radius, radius);
        string padded = graph.Node("Pad", [planes, graph.Integers(pads)]);
        string? sum = null;
        for (int shift = 0; shift <= 2 * radius; shift++)
        {
            long end = shift == 2 * radius ? long.MaxValue : shift - (2L * radius);
            string part = graph.Node("Slice", [padded, graph.Integers(shift), graph.Integers(end), graph.Integers(axis)]);
            sum = sum is null ? part : graph.Add(sum, part);
        }

        return sum!;
    }

    // (S + epsilon 1)^-1 in double precision, six planes of single precision.
    private static string[] Invert(OnnxGraph graph, string means)
    {
        string[] m = Planes(graph, graph.Cast(means, OnnxGraph.Double), 9);
        string Variance(int product, int a, int b) => graph.Sub(m[product], graph.Mul(m[a], m[b]));
        string Minor(string a, string b, string c, string d) => graph.Sub(graph.Mul(a, b), graph.Mul(c, d));
        string epsilon = graph.Scalar(Epsilon);
        string rr = graph.Add(Variance(3, 0, 0), epsilon);
        string rg = Variance(4, 0, 1);
        string rb = Variance(5, 0, 2);
        string gg = graph.Add(Variance(6, 1, 1), epsilon);
        string gb = Variance(7, 1, 2);
        string bb = graph.Add(Variance(8, 2, 2), epsilon);
        string c00 = Minor(gg, bb, gb, gb);
        string c01 = Minor(rb, gb, rg, bb);
        string c02 = Minor(rg, gb, rb, gg);
        string determinant = graph.Add(graph.Add(graph.Mul(rr, c00), graph.Mul(rg, c01)), graph.Mul(rb, c02));
        string[] adjugate = [c00, c01, c02, Minor(rr, bb, rb, rb), Minor(rg, rb, rr, gb), Minor(rr, gg, rg, rg)];
        return [.. adjugate.Select(plane => graph.Cast(graph.Div(plane, determinant), OnnxGraph.Float))];
    }

    // a (3), b, R.
    private static string[] Solve(OnnxGraph g, string[] means, string[] colors, string[] inverse)
    {
        string[] covariance = [.. Enumerable.Range(0, 3).Select(i => g.Sub(means[i + 2], g.Mul(colors[i], means[0])))];
        string Dot(string a, string b, string c, string[] with) => g.Add(g.Add(g.Mul(a, with[0]), g.Mul(b, with[1])), g.Mul(c, with[2]));
        string[] a =
        [
            Dot(inverse[0], inverse[1], inverse[2], covariance), Dot(inverse[1], inverse[3], inverse[4], covariance), Dot(inverse[2], inverse[4], inverse[5], covariance),
        ];
        string b = g.Sub(g.Sub(g.Sub(means[0], g.Mul(a[0], colors[0])), g.Mul(a[1], colors[1])), g.Mul(a[2], colors[2]));
        string variance = g.Add(g.Sub(means[1], g.Mul(means[0], means[0])), g.Scalar(LeastVariance));
        string explained = g.Div(Dot(a[0], a[1], a[2], covariance), variance);
        return [.. a, b, g.Node("Clip", [explained, g.Scalar(0f), g.Scalar(1f)])];
    }
}
