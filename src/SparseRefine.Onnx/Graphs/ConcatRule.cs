using Google.Protobuf;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Takes concatenations of channels out of a graph: a convolution of [a, b] is the sum of the convolutions of a and of b by their parts of the weights, and nobody holds
/// a, b and [a, b] at the same time. The sum differs by rounding only.
/// </summary>
internal static class ConcatRule
{
    private const string Prefix = "sparserefine_part_";

    /// <summary>Splits every convolution that alone reads a concatenation, where that holds more channels than the convolution gives.</summary>
    /// <param name="model">The model; not changed.</param>
    /// <returns>The changed copy; null where nothing is to be split. Grouped convolutions, graphs with subgraphs, weights that are not raw float32 in the graph and parts
    /// whose number of channels the graph does not tell stay as they are.</returns>
    public static ModelProto? Split(ModelProto model)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        var weights = graph.Initializer.DistinctBy(w => w.Name).ToDictionary(w => w.Name);
        var producers = graph.Node.SelectMany(n => n.Output, (node, name) => (name, node)).DistinctBy(p => p.name).ToDictionary(p => p.name, p => p.node);
        List<NodeProto> nodes = [];
        int splits = 0;
        foreach (NodeProto node in graph.Node)
        {
            if (node.OpType == "Conv" && node.Domain.Length == 0 && weights.TryGetValue(node.Input[1], out TensorProto? kernel) && IsWhole(kernel, node)
                && producers.TryGetValue(node.Input[0], out NodeProto? concat) && IsOfChannels(concat, kernel.Dims.Count)
                && IsReadOnce(graph, node.Input[0])
                && concat.Input.Select(part => Channels(part, producers, weights)).ToArray() is var parts
                && !parts.Contains(null) && parts.Sum() == kernel.Dims[1] && kernel.Dims[0] <= kernel.Dims[1])
            {
                nodes.Remove(concat);
                nodes.AddRange(Parts(node, concat, kernel, [.. parts.Select(p => p!.Value)], graph, $"{Prefix}{splits++}_"));
                continue;
            }

            nodes.Add(node);
        }

        graph.Node.Clear();
        graph.Node.Add(nodes);
        return splits == 0 ? null : copy;
    }

    // The convolution of each part and, but for the first, the sum with those before. The last one adds the bias, as ONNX Runtime does after the last channels.
    private static IEnumerable<NodeProto> Parts(NodeProto conv, NodeProto concat, TensorProto kernel, long[] channels, GraphProto graph, string prefix)
    {
        string? sum = null;
        long first = 0;
        for (int part = 0; part < channels.Length; part++)
        {
            bool isLast = part == channels.Length - 1;
            NodeProto node = conv.Clone();
            string name = $"{prefix}{part}";
            node.Name = name;
            node.Input[0] = concat.Input[part];
            node.Input[1] = $"{name}_weights";
            node.Output[0] = name;
            if (!isLast && node.Input.Count > 2)
            {
                node.Input.RemoveAt(2);
            }

            graph.Initializer.Add(Part(kernel, node.Input[1], first, channels[part]));
            first += channels[part];
            yield return node;
            if (sum is not null)
            {
                var add = new NodeProto { OpType = "Add", Name = $"{name}_sum" };
                add.Input.Add([name, sum]);
                add.Output.Add(isLast ? conv.Output[0] : $"{name}_sum");
                yield return add;
                name = add.Output[0];
            }

            sum = name;
        }
    }

    /// <summary>Input channels first to first + count of weights [outputs, inputs, ...].</summary>
    private static TensorProto Part(TensorProto kernel, string name, long first, long count)
    {
        ReadOnlySpan<byte> all = kernel.RawData.Span;
        int outputs = (int)kernel.Dims[0];
        int inputs = (int)kernel.Dims[1];
        int channel = all.Length / outputs / inputs;
        byte[] part = new byte[outputs * count * channel];
        for (int output = 0; output < outputs; output++)
        {
            all.Slice((int)((output * inputs) + first) * channel, (int)count * channel).CopyTo(part.AsSpan(output * (int)count * channel));
        }

        var tensor = new TensorProto { Name = name, DataType = kernel.DataType, RawData = UnsafeByteOperations.UnsafeWrap(part) };
        tensor.Dims.Add(kernel.Dims);
        tensor.Dims[1] = count;
        return tensor;
    }

    private static bool IsWhole(TensorProto kernel, NodeProto conv)
    {
        double values = kernel.Dims.Aggregate(1.0, (product, size) => product * size);
        return kernel.DataType == OnnxGraph.Float && kernel.Dims.Count >= 3 && kernel.Dims.All(size => size > 0) && kernel.RawData.Length == values * sizeof(float)
            && conv.Attribute.FirstOrDefault(a => a.Name == "group") is null or { I: 1 };
    }

    private static bool IsOfChannels(NodeProto node, int axes) => node.OpType == "Concat" && node.Domain.Length == 0 && node.Input.Count > 1
        && node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I is long axis && (axis == 1 || axis == 1 - axes);

    private static bool IsReadOnce(GraphProto graph, string value) =>
        graph.Node.Sum(n => n.Input.Count(i => i == value)) == 1
        && graph.Output.All(o => o.Name != value)
        && !graph.Node.SelectMany(GraphShapes.Subgraphs).Any();

    // Convolutions tell their channels; the others that are named keep those of their first input.
    private static long? Channels(string value, Dictionary<string, NodeProto> producers, Dictionary<string, TensorProto> weights)
    {
        while (producers.TryGetValue(value, out NodeProto? node) && node.Domain.Length == 0)
        {
            switch (node.OpType)
            {
                case "Conv":
                    return weights.TryGetValue(node.Input[1], out TensorProto? kernel) && kernel.Dims.Count >= 3 ? kernel.Dims[0] : null;
                case "Relu" or "LeakyRelu" or "Clip" or "Sigmoid" or "HardSwish" or "Elu" or "BatchNormalization" or "InstanceNormalization" or "Dropout" or "Identity"
                    or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "Resize" or "Upsample":
                    value = node.Input[0];
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
