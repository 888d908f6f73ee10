using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Refuses a graph whose output holds the classes' numbers as floats: taken for the scores of a class against another, they would give an answer that looks like one.
/// </summary>
internal static class ClassNumberRule
{
    /// <summary>Looks at a model.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="file">What errors call it.</param>
    /// <param name="output">The score output.</param>
    /// <exception cref="InvalidInputException">An output that comes from ArgMax, only changed in type, shape or size.</exception>
    public static void Check(GraphProto graph, string file, string output)
    {
        NodeProto? maker = ValueChain.Back(graph, output).FirstOrDefault(
            node => node.OpType is not ("Identity" or "Cast" or "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Resize" or "Upsample"));
        if (maker is { OpType: "ArgMax" or "ArgMin", Domain: "" })
        {
            throw new InvalidInputException(
                file, $"output '{output}' to be the scores of the classes (export the model without {maker.OpType})", $"the classes' numbers, made by {maker.OpType} from '{maker.Input[0]}'");
        }
    }
}
