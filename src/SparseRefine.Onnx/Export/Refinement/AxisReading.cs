using SparseRefine.Images;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// Which samples of a side a position of another side lies between, as <see cref="LogitSampler"/> has it. In whole numbers up to the one division that gives the weight, so
/// that the graph and the engine read with the same weights.
/// </summary>
/// <param name="First">int64, as the positions.</param>
/// <param name="Second">int64, as the positions; null in nearest mode.</param>
/// <param name="Weight">Share of the second, float32; null in nearest mode.</param>
internal sealed record AxisReading(string First, string? Second, string? Weight)
{
    /// <summary>Locates positions.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="positions">Positions on the target side, int64, any shape.</param>
    /// <param name="source">Samples of the source side, [1].</param>
    /// <param name="target">Samples of the target side, [1].</param>
    /// <param name="mode">Nearest or bilinear.</param>
    public static AxisReading Locate(OnnxGraph graph, string positions, string source, string target, Interpolation mode)
    {
        string unit = graph.Mul(target, graph.Integers(2));
        string centre = graph.Mul(graph.Add(graph.Mul(positions, graph.Integers(2)), graph.Integers(1)), source);
        if (mode == Interpolation.Nearest)
        {
            return new AxisReading(graph.Div(centre, unit), null, null);
        }

        return Between(graph, graph.Sub(centre, target), unit, source);
    }

    /// <summary>Places given as whole numbers of a share of a sample's side, 0 being the first sample's centre.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="places">int64; below 0 and behind the last sample are the edge's.</param>
    /// <param name="unit">How many make up a side, [1].</param>
    /// <param name="source">Samples, [1].</param>
    public static AxisReading Between(OnnxGraph graph, string places, string unit, string source)
    {
        string last = graph.Sub(source, graph.Integers(1));
        string place = graph.Min(graph.Max(places, graph.Integers(0)), graph.Mul(last, unit));
        string first = graph.Div(place, unit);
        string rest = graph.Cast(graph.Sub(place, graph.Mul(first, unit)), OnnxGraph.Float);
        return new AxisReading(
            first, graph.Min(graph.Add(first, graph.Integers(1)), last), graph.Div(rest, graph.Cast(unit, OnnxGraph.Float)));
    }

    /// <summary>Reads along an axis of a tensor; the positions are a vector.</summary>
    public string Read(OnnxGraph graph, string data, int axis, int rank)
    {
        string first = graph.Gather(data, First, axis);
        if (Second is null)
        {
            return first;
        }

        long[] shape = [.. Enumerable.Range(0, rank).Select(i => i == axis ? -1L : 1L)];
        return Mix(graph, first, graph.Gather(data, Second, axis), graph.Reshape(Weight!, shape));
    }

    /// <summary>a + w (b - a).</summary>
    public static string Mix(OnnxGraph graph, string a, string b, string weight) =>
        graph.Add(a, graph.Mul(weight, graph.Sub(b, a)));
}
