using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>Walks over a graph's nodes along the first input of each.</summary>
internal static class ValueChain
{
    /// <summary>The node that makes a value, the one that makes its first input, and so on to an input or constant of the graph.</summary>
    public static IEnumerable<NodeProto> Back(GraphProto graph, string value)
    {
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

            value = node.Input[0];
        }
    }

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
