using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>The selected pixels, ascending.</summary>
internal static class SelectorGraph
{
    /// <summary>The first operator set with what a <see cref="RandomSelector"/> takes, BitwiseXor.</summary>
    public const int RandomOperatorSet = 18;

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
        RandomSelector random => Top(graph, Hashes(graph, random.Seed, pixels), Share(graph, random.Fraction, pixels), pixels),
        TimeBudgetSelector => throw new InvalidInputException("selector", "a time budget with its cost (time:MS:COST)", selector.Describe()),
        _ => throw new InvalidInputException("selector", "one of this library's, which can be exported", selector.Describe()),
    };

    /// <summary>round(share x number), halves to even.</summary>
    public static string Share(OnnxGraph graph, double share, string number)
    {
        string count = graph.Node("Round", [graph.Mul(graph.Cast(number, OnnxGraph.Double), graph.Scalar(share))]);
        return graph.Min(graph.Cast(count, OnnxGraph.Int64), number);
    }

    /// <summary>
    /// 1 at the highest scores, uint8, 0 elsewhere. TopK takes the lower index among equal values, as the engine does. It wants one value at least: where none is asked for,
    /// that one is not marked.
    /// </summary>
    public static string Marks(OnnxGraph graph, string scores, string count, string number)
    {
        string[] names = [graph.Unique("top_values"), graph.Unique("top_places")];
        string[] top = graph.Nodes("TopK", [scores, graph.Max(count, graph.Integers(1))], [("sorted", 0L)], names);
        string mark = graph.Cast(graph.Greater(count, graph.Integers(0)), OnnxGraph.UInt8);
        string marks = graph.Node("Expand", [mark, graph.Node("Shape", [top[1]])]);
        return graph.Scatter(graph.Fill(number, OnnxGraph.UInt8), top[1], marks);
    }

    private static string Top(OnnxGraph graph, string scores, string count, string pixels) => graph.NonZero(Marks(graph, scores, count, pixels));

    // The hash of seed and index that RandomSelector ranks by, SplitMix64. Products of int64 wrap around as those of uint64 do.
    private static string Hashes(OnnxGraph graph, int seed, string pixels)
    {
        if (graph.OperatorSet < RandomOperatorSet)
        {
            throw new InvalidInputException("selector random", $"operator set {RandomOperatorSet} or newer (--opset), as 17 lacks BitwiseXor", $"{graph.OperatorSet}");
        }

        string Mixed(string z, ulong shift, long factor)
        {
            string unsigned = graph.Cast(z, OnnxGraph.UInt64);
            string shifted = graph.Node("BitShift", [unsigned, graph.Cast(graph.Integers((long)shift), OnnxGraph.UInt64)], [("direction", "RIGHT")]);
            string mixed = graph.Cast(graph.Node("BitwiseXor", [unsigned, shifted]), OnnxGraph.Int64);
            return factor == 1 ? mixed : graph.Mul(mixed, graph.Integers(factor));
        }

        string indices = graph.Add(graph.Range(graph.Integers(0), pixels), graph.Integers((long)((ulong)(uint)seed << 32)));
        string z = graph.Mul(indices, graph.Integers(unchecked((long)0x9E3779B97F4A7C15UL)));
        z = Mixed(Mixed(z, 30, unchecked((long)0xBF58476D1CE4E5B9UL)), 27, unchecked((long)0x94D049BB133111EBUL));
        string last = graph.Cast(Mixed(z, 31, 1), OnnxGraph.UInt64);
        string high = graph.Node("BitShift", [last, graph.Cast(graph.Integers(40), OnnxGraph.UInt64)], [("direction", "RIGHT")]);
        return graph.Cast(graph.Cast(high, OnnxGraph.Int64), OnnxGraph.Float);
    }
}
