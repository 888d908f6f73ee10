using SparseRefine.Onnx.Schema;

namespace SparseRefine.Gpu;

/// <summary>Cuts a graph down to what one of its values needs.</summary>
internal static class GraphCut
{
    /// <summary>The same graph with one value as its only output.</summary>
    /// <param name="model">The graph; not changed.</param>
    /// <param name="output">An output, or what a node makes.</param>
    /// <returns>A graph without the nodes and weights that the value does not need.</returns>
    public static ModelProto To(ModelProto model, string output)
    {
        ModelProto cut = model.Clone();
        GraphProto graph = cut.Graph;
        HashSet<string> needed = [output];
        List<NodeProto> kept = [];
        foreach (NodeProto node in graph.Node.Reverse())
        {
            if (node.Output.Any(needed.Contains))
            {
                needed.UnionWith(Reads(node));
                kept.Add(node);
            }
        }

        kept.Reverse();
        ValueInfoProto declared = graph.Output.FirstOrDefault(value => value.Name == output) ?? new ValueInfoProto { Name = output };
        TensorProto[] weights = [.. graph.Initializer.Where(tensor => needed.Contains(tensor.Name))];
        graph.Node.Clear();
        graph.Node.Add(kept);
        graph.Output.Clear();
        graph.Output.Add(declared);
        graph.Initializer.Clear();
        graph.Initializer.Add(weights);
        return cut;
    }

    // What a node reads, and what the bodies of loops read of the values outside.
    private static IEnumerable<string> Reads(NodeProto node) => node.Input.Concat(
        node.Attribute.SelectMany(a => a.Graphs.Concat(a.G is GraphProto one ? [one] : [])).SelectMany(graph => graph.Node).SelectMany(Reads));
}
