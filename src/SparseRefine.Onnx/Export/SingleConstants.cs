using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// What a graph computes of its weights alone. ONNX Runtime does so once, when it loads the graph, on the CPU, which has no kernels of half precision for most operators: such steps stay in
/// single precision, and their result is cast, or they would be run for every photo.
/// </summary>
internal static class SingleConstants
{
    private const string Suffix = "/single";

    private static readonly HashSet<string> Steps =
        ["Add", "Concat", "Div", "Expand", "Mul", "Reshape", "Slice", "Squeeze", "Sub", "Tile", "Transpose", "Unsqueeze"];

    /// <summary>Gives all such steps and what they read other names, and casts what other nodes read of them.</summary>
    /// <param name="graph">The graph, which is changed.</param>
    /// <param name="kept">Values that stay in single precision anyhow.</param>
    /// <returns>The new names: what stays in single precision.</returns>
    public static IReadOnlyCollection<string> Separate(GraphProto graph, IReadOnlySet<string> kept)
    {
        Dictionary<string, bool> isFloat = graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.DataType == OnnxGraph.Float);
        foreach (NodeProto constant in graph.Node.Where(node => node.OpType == "Constant"))
        {
            isFloat[constant.Output[0]] = constant.Attribute.Any(a => a.Name is "value_float" or "value_floats" || a.T?.DataType == OnnxGraph.Float);
        }

        HashSet<NodeProto> steps = [];
        foreach (NodeProto node in graph.Node.Where(node => Steps.Contains(node.OpType) && node.Output.Count == 1 && !kept.Contains(node.Output[0])))
        {
            if (node.Input.All(name => name.Length == 0 || isFloat.ContainsKey(name)) && isFloat[node.Input[0]])
            {
                isFloat[node.Output[0]] = true;
                steps.Add(node);
            }
        }

        HashSet<string> read = [.. graph.Node.Where(node => !steps.Contains(node)).SelectMany(Reads), .. graph.Output.Select(output => output.Name)];
        string[] sources = [.. steps.SelectMany(node => node.Input).Where(name => name.Length > 0 && isFloat[name]).Distinct()];
        HashSet<string> single = [.. sources.Concat(steps.Select(node => node.Output[0])).Select(name => name + Suffix)];
        Copy(graph, [.. sources], read);
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            NodeProto node = graph.Node[i];
            if (!steps.Contains(node))
            {
                continue;
            }

            for (int k = 0; k < node.Input.Count; k++)
            {
                node.Input[k] = single.Contains(node.Input[k] + Suffix) ? node.Input[k] + Suffix : node.Input[k];
            }

            string output = node.Output[0];
            node.Output[0] = output + Suffix;
            if (read.Contains(output))
            {
                graph.Node.Insert(i + 1, HalfPrecision.Cast(node.Output[0], output, OnnxGraph.Float16));
            }
        }

        return single;
    }

    // Weights and constants that steps read stay as they are under another name; those that nothing else reads go.
    private static void Copy(GraphProto graph, HashSet<string> sources, HashSet<string> read)
    {
        foreach (TensorProto tensor in graph.Initializer.Where(t => sources.Contains(t.Name)).ToArray())
        {
            TensorProto copy = read.Contains(tensor.Name) ? tensor.Clone() : tensor;
            copy.Name += Suffix;
            if (copy != tensor)
            {
                graph.Initializer.Add(copy);
            }
        }

        foreach (NodeProto node in graph.Node.Where(n => n.OpType == "Constant" && sources.Contains(n.Output[0])).ToArray())
        {
            NodeProto copy = read.Contains(node.Output[0]) ? node.Clone() : node;
            copy.Output[0] += Suffix;
            if (copy != node)
            {
                copy.Name += Suffix;
                graph.Node.Insert(0, copy);
            }
        }
    }

    private static IEnumerable<string> Reads(NodeProto node) => node.Input.Concat(
        node.Attribute.SelectMany(a => a.Graphs.Concat(a.G is GraphProto one ? [one] : [])).SelectMany(inner => inner.Node.SelectMany(Reads).Concat(inner.Output.Select(o => o.Name))));
}
