using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>Whether the operators of a dense model mean in the graph's operator set what they meant in its own.</summary>
internal static class OperatorVersions
{
    // Operator sets in which an operator took other inputs or attributes, or gave other values for the same ones.
    private static readonly (string Operators, long[] Sets)[] Table =
    [
        ("Add Sub Mul Div And Or Equal Greater Less Gemm PRelu Pow", [7]),
        ("BatchNormalization", [7, 9, 14]),
        ("Dropout", [7, 12]),
        ("Upsample", [7, 9, 10]),
        ("Sum Max Min Mean", [8]),
        ("Slice", [10]),
        ("TopK", [10, 11]),
        ("Resize Pad Clip", [11]),
        ("Cast", [6]),
        ("Reshape", [5]),
        ("Softmax LogSoftmax Hardmax Squeeze Unsqueeze ReduceSum", [13]),
        ("Split", [13, 18]),
        ("ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare", [18]),
        ("GroupNormalization", [21]),
        ("GridSample DFT", [20]),
    ];

    private static readonly Dictionary<string, long[]> Changes =
        Table.SelectMany(row => row.Operators.Split(' ').Select(name => (name, row.Sets))).ToDictionary(row => row.name, row => row.Sets);

    /// <summary>The operator set of a model's standard operators.</summary>
    public static int Of(ModelProto model) =>
        (int)(model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 1);

    /// <summary>A model whose operators mean in another operator set what they mean in its own.</summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="target">The graph's operator set.</param>
    /// <returns>The model, or a copy with other operators.</returns>
    /// <exception cref="InvalidInputException">A newer model, or an operator that has changed and is not known here.</exception>
    public static ModelProto Upgraded(ModelProto model, string name, int target)
    {
        int own = Of(model);
        if (own > target)
        {
            throw new InvalidInputException(name, $"operators of set {target} or older, as the graph's (--opset)", $"set {own}");
        }

        if (Changed(model, own, target) is null)
        {
            return model;
        }

        ModelProto copy = model.Clone();
        HashSet<NodeProto> done = OperatorUpgrade.Run(copy, target);
        return Changed(copy, own, target, done) is NodeProto changed
            ? throw new InvalidInputException(
                name,
                $"operators that mean the same in set {own} and in the graph's set {target} (export the model anew in set 17 or newer)",
                $"{changed.OpType} '{changed.Name}'")
            : copy;
    }

    private static NodeProto? Changed(ModelProto model, int own, int target, HashSet<NodeProto>? done = null) => Nodes(model.Graph).FirstOrDefault(
        node => node.Domain is "" or "ai.onnx" && done?.Contains(node) != true
            && Changes.GetValueOrDefault(node.OpType, []).Any(set => own < set && set <= target));

    private static IEnumerable<NodeProto> Nodes(GraphProto graph) =>
        graph.Node.Concat(graph.Node.SelectMany(n => n.Attribute).SelectMany(a => a.Graphs.Concat(a.G is GraphProto one ? [one] : [])).SelectMany(Nodes));
}
