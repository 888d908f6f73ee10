using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>Puts a prefix before every name of a graph, so that it can stand beside another one.</summary>
internal static class DenseNames
{
    /// <summary>A copy of a graph under other names.</summary>
    /// <param name="graph">The graph; its weights are shared with the copy.</param>
    /// <param name="prefix">What is put before each name.</param>
    /// <param name="input">The graph's input.</param>
    /// <param name="value">What its input is called instead.</param>
    public static GraphProto Prefixed(GraphProto graph, string prefix, string input, string value)
    {
        GraphProto copy = graph.Clone();
        Rename(copy, name => name.Length == 0 ? name : name == input ? value : prefix + name);
        return copy;
    }

    private static void Rename(GraphProto graph, Func<string, string> rename)
    {
        foreach (NodeProto node in graph.Node)
        {
            node.Name = rename(node.Name);
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = rename(node.Input[i]);
            }

            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = rename(node.Output[i]);
            }

            foreach (GraphProto inner in node.Attribute.SelectMany(a => a.Graphs.Concat(a.G is GraphProto one ? [one] : [])))
            {
                Rename(inner, rename);
            }
        }

        foreach (TensorProto weights in graph.Initializer.Concat(graph.SparseInitializer.Select(s => s.Values)))
        {
            weights.Name = rename(weights.Name);
        }

        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            value.Name = rename(value.Name);
        }
    }
}
