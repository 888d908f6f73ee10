using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>Walks over a graph's nodes along the first input of each that is no constant.</summary>
internal static class ValueChain
{
    /// <summary>The node that makes a value, the one that makes its first input that is no constant, and so on to an input or constant of the graph.</summary>
    public static IEnumerable<NodeProto> Back(GraphProto graph, string value)
    {
        HashSet<string> constants = Constants(graph);
        var producers = new Dictionary<string, NodeProto>();
        foreach (NodeProto node in graph.Node)
        {
            foreach (string name in node.Output)
            {
                producers[name] = node;
            }
        }

        // Each step goes one node back, so a graph with a loop (invalid, but not our check) still ends.
        for (int step = 0; step < graph.Node.Count && producers.TryGetValue(value, out NodeProto? node); step++)
        {
            yield return node;
            if (node.Input.Count == 0)
            {
                break;
            }

            // Of a product with a constant, the chain is that of the other factor, wherever it stands.
            value = node.Input.FirstOrDefault(input => input.Length > 0 && !constants.Contains(input)) ?? node.Input[0];
        }
    }

    /// <summary>The values of a graph that no photo changes.</summary>
    public static HashSet<string> Constants(GraphProto graph) =>
        [.. graph.Initializer.Select(weights => weights.Name), .. graph.Node.Where(node => node.OpType == "Constant").SelectMany(node => node.Output)];

    /// <summary>The first node that takes a value, the first that takes its first output, and so on to the end.</summary>
    public static IEnumerable<NodeProto> Forward(GraphProto graph, string value)
    {
        for (int step = 0; step < graph.Node.Count && graph.Node.FirstOrDefault(n => n.Input.Contains(value)) is NodeProto node; step++)
        {
            yield return node;
            if (node.Output.Count == 0)
            {
                break;
            }

            value = node.Output[0];
        }
    }
}
