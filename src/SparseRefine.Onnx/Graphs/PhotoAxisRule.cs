using System.Runtime.InteropServices;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Refuses a graph that makes another number of answers than it gets photos, before a run takes the memory for them. From the scores backwards the first axis is that of the
/// photos up to the first node that may move axes; none of the nodes between may pad, repeat or resize along it.
/// </summary>
internal static class PhotoAxisRule
{
    /// <summary>Looks at a model.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="file">What errors call it.</param>
    /// <param name="output">The score output.</param>
    /// <exception cref="InvalidInputException">A node that changes the number of photos by a number which the graph tells.</exception>
    public static void Check(GraphProto graph, string file, string output)
    {
        foreach (NodeProto node in ValueChain.Back(graph, output).TakeWhile(KeepsAxes).Where(IsOfAllAxes))
        {
            string? change = node.OpType switch
            {
                "Pad" => Padding(Numbers(graph, node, 1, "pads")) is double pad and not 0 ? $"pads it by {pad}" : null,
                "Tile" => Numbers(graph, node, 1, "repeats").Known is [double times and not 1, ..] ? $"repeats it {times} times" : null,
                "Upsample" => Scale(Numbers(graph, node, 1, "scales").Known),
                "Resize" => Scale(Numbers(graph, node, node.Input.Count == 2 ? 1 : 2, "scales").Known)
                    ?? (Numbers(graph, node, 3, "sizes").Known is [double size and not 1, ..] ? $"resizes it to {size}" : null),
                _ => null,
            };
            if (change is not null)
            {
                throw new InvalidInputException(
                    file, $"output '{output}' to be one answer a photo", $"{node.OpType} '{node.Output[0]}', which {change} along the axis of the photos");
            }
        }
    }

    // What comes before the first photo, then what comes behind the last: half the numbers apart, four for an image where the graph does not tell how many there are.
    private static double? Padding((double[] Known, bool IsWhole) pads) => pads.Known is [not 0, ..]
        ? pads.Known[0]
        : pads.Known.ElementAtOrDefault(pads.IsWhole ? pads.Known.Length / 2 : 4);

    private static string? Scale(double[] scales) => scales is [double factor and not 1, ..] ? $"scales it by {factor}" : null;

    // Pad and Resize may name the axes that their numbers are for; the first is then seldom the photos', nor is that of Tile's oldest form.
    private static bool IsOfAllAxes(NodeProto node) => node.OpType switch
    {
        "Pad" => string.IsNullOrEmpty(node.Input.ElementAtOrDefault(3)),
        "Tile" => node.Input.Count == 2,
        _ => node.Attribute.All(a => a.Name != "axes"),
    };

    private static bool KeepsAxes(NodeProto node) => node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "BatchNormalization" or "InstanceNormalization"
        or "Relu" or "LeakyRelu" or "Elu" or "HardSwish" or "HardSigmoid" or "Clip" or "Sigmoid" or "Tanh" or "Softmax" or "LogSoftmax" or "Identity" or "Dropout" or "Cast"
        or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "Pad" or "Tile" or "Resize" or "Upsample" or "Slice" or "Concat" or "Add" or "Sub" or "Mul" or "Div";

    /// <summary>The numbers of a node's input or attribute as far as the graph tells them from the first on, and whether these are all.</summary>
    private static (double[] Known, bool IsWhole) Numbers(GraphProto graph, NodeProto node, int input, string attribute)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == attribute) is AttributeProto old)
        {
            return ([.. old.Ints.Select(i => (double)i), .. old.Floats.Select(f => (double)f)], true);
        }

        // Numbers that the graph puts together begin with those of the first part; the steps are counted as a graph with a loop (invalid, but not our check) has no end.
        string? name = node.Input.ElementAtOrDefault(input);
        bool isWhole = true;
        for (int step = 0; step < graph.Node.Count && !string.IsNullOrEmpty(name); step++)
        {
            NodeProto? maker = graph.Node.FirstOrDefault(n => n.Output.Contains(name));
            if (maker?.OpType != "Concat")
            {
                TensorProto? tensor = maker?.OpType == "Constant"
                    ? maker.Attribute.FirstOrDefault(a => a.Name == "value")?.T
                    : graph.Initializer.FirstOrDefault(t => t.Name == name);
                return (tensor is null ? [] : Values(tensor), isWhole);
            }

            isWhole = false;
            name = maker.Input.FirstOrDefault();
        }

        return ([], false);
    }

    private static double[] Values(TensorProto tensor)
    {
        // Shapes are short; anything longer is no list of axes.
        const int Longest = 64;
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        return raw.Length > Longest * sizeof(long) ? [] : tensor.DataType switch
        {
            OnnxGraph.Int64 => [.. MemoryMarshal.Cast<byte, long>(raw).ToArray().Concat(tensor.Int64Data).Select(v => (double)v)],
            OnnxGraph.Float => [.. MemoryMarshal.Cast<byte, float>(raw).ToArray().Concat(tensor.FloatData).Select(v => (double)v)],
            _ => [],
        };
    }
}
