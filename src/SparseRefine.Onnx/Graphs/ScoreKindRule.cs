using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>Tells from the graph what a model's scores mean: the rule that <see cref="ScoreKind.Auto"/> states.</summary>
internal static class ScoreKindRule
{
    /// <summary>Follows the output back to the node that gave the values their meaning.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="output">The score output.</param>
    /// <returns>Logits or Probabilities; <see cref="ScoreKind.Auto"/> where only the values can tell.</returns>
    public static ScoreKind Decide(GraphProto graph, string output)
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
        for (int step = 0; step < graph.Node.Count && producers.TryGetValue(output, out NodeProto? node); step++)
        {
            switch (node.OpType)
            {
                case "Identity" or "Cast" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Resize" or "Upsample"
                    or "Slice":
                    output = node.Input[0];
                    break;
                case "Softmax" or "Sigmoid":
                    return ScoreKind.Probabilities;
                case "LogSoftmax" or "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization":
                    return ScoreKind.Logits;
                default:
                    return ScoreKind.Auto;
            }
        }

        return ScoreKind.Auto;
    }
}
