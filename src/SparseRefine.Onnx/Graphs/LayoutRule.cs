using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Tells from the graph where an image's channels or a score's classes stand, for models whose sizes leave it open: convolutions take and give channels
/// first, and exporters of channels-last models transpose around them.
/// </summary>
internal static class LayoutRule
{
    /// <summary>What the nodes behind an image input tell; <see cref="TensorLayout.Auto"/>: nothing.</summary>
    public static TensorLayout OfInput(GraphProto graph, string input) => Decide(ValueChain.Forward(graph, input), [0, 3, 1, 2], [0, 2, 3, 1]);

    /// <summary>What the nodes before a score output tell; <see cref="TensorLayout.Auto"/>: nothing.</summary>
    public static TensorLayout OfOutput(GraphProto graph, string output) => Decide(ValueChain.Back(graph, output), [0, 2, 3, 1], [0, 3, 1, 2]);

    private static TensorLayout Decide(IEnumerable<NodeProto> nodes, long[] fromLast, long[] fromFirst)
    {
        foreach (NodeProto node in nodes)
        {
            switch (node.OpType)
            {
                case "Transpose" when Order(node).SequenceEqual(fromLast):
                    return TensorLayout.ChannelsLast;
                case "Transpose" when Order(node).SequenceEqual(fromFirst):
                case "Conv" or "ConvTranspose" or "QLinearConv" or "BatchNormalization" or "InstanceNormalization" or "MaxPool" or "AveragePool":
                    return TensorLayout.ChannelsFirst;
                case "Identity" or "Cast" or "QuantizeLinear" or "DequantizeLinear" or "Clip" or "Pad" or "Resize" or "Upsample" or "Slice"
                    or "Add" or "Sub" or "Mul" or "Div" or "Relu" or "Softmax" or "LogSoftmax" or "Sigmoid":
                    break;
                default:
                    return TensorLayout.Auto;
            }
        }

        return TensorLayout.Auto;
    }

    private static IEnumerable<long> Order(NodeProto node) => node.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints ?? [];
}
