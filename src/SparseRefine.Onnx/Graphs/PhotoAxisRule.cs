using System.Runtime.InteropServices;
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
                "Pad" => First(graph, node, 1, "pads") is double pad and not 0 ? $"pads it by {pad}" : null,
                "Tile" => First(graph, node, 1, "repeats") is double times and not 1 ? $"repeats it {times} times" : null,
                "Upsample" => Scale(First(graph, node, 1, "scales")),
                "Resize" => Scale(First(graph, node, node.Input.Count == 2 ? 1 : 2, "scales"))
                    ?? (First(graph, node, 3, "sizes") is double size and not 1 ? $"resizes it to {size}" : null),
                _ => null,
            };
            if (change is not null)
            {
                throw new InvalidInputException(
                    file, $"output '{output}' to be one answer a photo", $"{node.OpType} '{node.Output[0]}', which {change} along the axis of the photos");
            }
        }
    }

    private static string? Scale(double? scale) => scale is double factor and not 1 ? $"scales it by {factor}" : null;

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

    /// <summary>The first number of a node's input or attribute; null where the graph does not tell it.</summary>
    private static double? First(GraphProto graph, NodeProto node, int input, string attribute)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == attribute) is AttributeProto old)
        {
            return old.Ints.Count > 0 ? old.Ints[0] : old.Floats.Count > 0 ? old.Floats[0] : null;
        }

        // Numbers that the graph puts together begin with those of the first part; the steps are counted as a graph with a loop (invalid, but not our check) has no end.
        string? name = node.Input.ElementAtOrDefault(input);
        for (int step = 0; step < graph.Node.Count && !string.IsNullOrEmpty(name); step++)
        {
            NodeProto? maker = graph.Node.FirstOrDefault(n => n.Output.Contains(name));
            if (maker?.OpType != "Concat")
            {
                TensorProto? tensor = maker?.OpType == "Constant"
                    ? maker.Attribute.FirstOrDefault(a => a.Name == "value")?.T
                    : graph.Initializer.FirstOrDefault(t => t.Name == name);
                return tensor is null ? null : First(tensor);
            }

            name = maker.Input.FirstOrDefault();
        }

        return null;
    }

    private static double? First(TensorProto tensor)
    {
        const int Float = 1;
        const int Int64 = 7;
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        return tensor.DataType switch
        {
            Int64 => raw.Length >= sizeof(long) ? MemoryMarshal.Read<long>(raw) : tensor.Int64Data.Count > 0 ? tensor.Int64Data[0] : null,
            Float => raw.Length >= sizeof(float) ? MemoryMarshal.Read<float>(raw) : tensor.FloatData.Count > 0 ? tensor.FloatData[0] : null,
            _ => null,
        };
    }
}
