using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>The selected pixels, ascending.</summary>
internal static class SelectorGraph
{
    /// <summary>Whether entropies of all pixels are needed.</summary>
    public static bool NeedsEntropy(IPixelSelector selector) => selector is FractionSelector or PixelBudgetSelector or TimeBudgetSelector;

    /// <summary>Which pixels a selector chooses, [selected] int64.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="scan">The scan of all pixels.</param>
    /// <param name="pixels">How many there are, [1].</param>
    public static string Select(OnnxGraph graph, IPixelSelector selector, DenseScan scan, string pixels) => selector switch
    {
        EntropySelector or MarginSelector => graph.NonZero(scan.Mask),
        FractionSelector fraction => Top(graph, scan.Entropy, Share(graph, fraction.Fraction, pixels), pixels),
        PixelBudgetSelector budget => Top(graph, scan.Entropy, graph.Min(graph.Integers(budget.Pixels), pixels), pixels),
        TimeBudgetSelector { MillisecondsPerPixel: double cost } time => Top(
            graph, scan.Entropy, graph.Min(graph.Integers((long)Math.Min(int.MaxValue, Math.Floor(time.Milliseconds / cost))), pixels), pixels),
        _ => throw new InvalidInputException("selector", "one that can be exported", selector.Describe()),
    };

    // round(share x pixels), halves to even.
    private static string Share(OnnxGraph graph, double share, string pixels)
    {
        string count = graph.Node("Round", [graph.Mul(graph.Cast(pixels, OnnxGraph.Double), graph.Scalar(share))]);
        return graph.Min(graph.Cast(count, OnnxGraph.Int64), pixels);
    }

    // TopK takes the lower index among equal values, as the engine does. It wants one value at least: where none is asked for, that one is not marked.
    private static string Top(OnnxGraph graph, string scores, string count, string pixels)
    {
        string[] names = [graph.Unique("top_values"), graph.Unique("top_places")];
        string[] top = graph.Nodes("TopK", [scores, graph.Max(count, graph.Integers(1))], [("sorted", 0L)], names);
        string mark = graph.Cast(graph.Greater(count, graph.Integers(0)), OnnxGraph.UInt8);
        string marks = graph.Node("Expand", [mark, graph.Node("Shape", [top[1]])]);
        return graph.NonZero(graph.Scatter(graph.Fill(pixels, OnnxGraph.UInt8), top[1], marks));
    }
}
