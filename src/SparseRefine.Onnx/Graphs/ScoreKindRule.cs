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
        HashSet<string> constants = ValueChain.Constants(graph);
        foreach (NodeProto node in ValueChain.Back(graph, output))
        {
            switch (node.OpType)
            {
                case "Identity" or "Cast" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Resize" or "Upsample"
                    or "Slice" or "QuantizeLinear" or "DequantizeLinear" or "Clip" or "Pad":
                    break;

                // A factor moves the logarithms of probabilities by the same amount, which changes no answer; and logits stay logits.
                case "Mul" or "Div" when node.Input.Any(constants.Contains):
                    break;
                case "Softmax" or "Sigmoid" or "HardSigmoid" or "QLinearSoftmax" or "QLinearSigmoid":
                    return ScoreKind.Probabilities;
                case "LogSoftmax" or "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization" or "QLinearConv" or "QLinearMatMul":
                    return ScoreKind.Logits;
                default:
                    return ScoreKind.Auto;
            }
        }

        return ScoreKind.Auto;
    }
}
