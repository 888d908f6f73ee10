using SparseRefine.Images;

namespace SparseRefine.Onnx.Export;

/// <summary>The taps that turn a side of the photo into a side of what the dense model sees, as the engine's <see cref="Preprocessing.ResampleAxis"/> has them.</summary>
/// <param name="Indices">[target, taps] int64.</param>
/// <param name="Weights">[target, taps] float32; a row adds up to 1.</param>
/// <param name="Target">[1].</param>
internal sealed record ResizeAxis(string Indices, string Weights, string Target)
{
    public static ResizeAxis Create(OnnxGraph graph, string source, string target, Interpolation mode)
    {
        string positions = graph.Range(graph.Integers(0), target);
        string column = graph.Unsqueeze(positions, 1);
        if (mode == Interpolation.Nearest)
        {
            string nearest = AxisReading.Locate(graph, column, source, target, mode).First;
            return new ResizeAxis(nearest, graph.Fill(graph.Concat(0, target, graph.Integers(1)), OnnxGraph.Float, 1), target);
        }

        AxisReading linear = AxisReading.Locate(graph, column, source, target, Interpolation.Bilinear);
        string second = linear.Weight!;
        string linearWeights = graph.Concat(1, graph.Sub(graph.Scalar(1f), second), second);
        string linearIndices = graph.Concat(1, linear.First, linear.Second!);
        return mode == Interpolation.Bilinear
            ? new ResizeAxis(linearIndices, linearWeights, target)
            : Area(graph, column, source, target, linearIndices, linearWeights);
    }

    // Target i covers [i source, (i + 1) source) in units of 1 / target of a sample. A side that grows is read bilinearly, which takes two taps; so both kinds get at
    // least two, and those that a kind does not need weigh nothing.
    private static ResizeAxis Area(
        OnnxGraph graph, string column, string source, string target, string linearIndices, string linearWeights)
    {
        // Where the target divides the source, the border of an area is that of a sample, and no tap is shared.
        string whole = graph.Div(source, target);
        string isWhole = graph.Node("Equal", [graph.Mul(whole, target), source]);
        string most = graph.Where(isWhole, whole, graph.Add(whole, graph.Integers(2)));
        string taps = graph.Max(most, graph.Integers(2));
        string from = graph.Mul(column, source);
        string to = graph.Add(from, source);
        string last = graph.Sub(source, graph.Integers(1));
        string indices = graph.Add(graph.Div(from, target), graph.Range(graph.Integers(0), taps));
        string start = graph.Mul(indices, target);
        string covered = graph.Sub(graph.Min(to, graph.Add(start, target)), graph.Max(from, start));
        string share = graph.Cast(graph.Max(covered, graph.Integers(0)), OnnxGraph.Float);
        string weights = graph.Div(share, graph.Cast(source, OnnxGraph.Float));

        // The linear taps stand first, further ones weigh nothing.
        string more = graph.Concat(0, target, graph.Sub(taps, graph.Integers(2)));
        string shrinks = graph.Node("Not", [graph.Greater(target, source)]);
        return new ResizeAxis(
            graph.Where(shrinks, graph.Min(indices, last), graph.Concat(1, linearIndices, graph.Fill(more, OnnxGraph.Int64))),
            graph.Where(shrinks, weights, graph.Concat(1, linearWeights, graph.Fill(more, OnnxGraph.Float))),
            target);
    }
}
