using SparseRefine.Ensemblers;
using SparseRefine.Layers;

namespace SparseRefine.Onnx.Export;

/// <summary>The merging of dense and sparse scores, in single precision.</summary>
internal static class EnsemblerGraph
{
    /// <summary>Merges.</summary>
    /// <param name="body">Where nodes go.</param>
    /// <param name="ensembler">How.</param>
    /// <param name="dense">[rows, classes].</param>
    /// <param name="sparse">[rows, classes].</param>
    /// <returns>[rows, classes].</returns>
    public static string Merge(OnnxGraph body, Ensembler ensembler, string dense, string sparse) => ensembler switch
    {
        ReplaceEnsembler => sparse,
        AverageEnsembler => Average(body, dense, sparse),
        EntropyEnsembler => LowerEntropy(body, dense, sparse),
        GatedEnsembler gate => Gate(body, gate, dense, sparse),
        _ => throw new InvalidInputException("ensembler", "one that can be exported", ensembler.GetType().Name),
    };

    private static string Average(OnnxGraph body, string dense, string sparse)
    {
        string mean = body.Mul(body.Add(body.Softmax(dense, 1), body.Softmax(sparse, 1)), body.Scalar(0.5f));
        return body.Log(body.Max(mean, body.Scalar(1e-10f)));
    }

    private static string LowerEntropy(OnnxGraph body, string dense, string sparse)
    {
        string denser = Entropy(body, body.Softmax(dense, 1));
        return body.Where(body.Greater(denser, Entropy(body, body.Softmax(sparse, 1))), sparse, dense);
    }

    // [rows, 1]
    private static string Entropy(OnnxGraph body, string p) =>
        body.Neg(body.ReduceSum(body.Mul(p, body.Log(body.Max(p, body.Scalar(1e-5f)))), 1, keeps: true));

    private static string Gate(OnnxGraph body, GatedEnsembler gate, string dense, string sparse)
    {
        string p1 = body.Softmax(dense, 1);
        string p2 = body.Softmax(sparse, 1);
        string features = body.Concat(1, p1, Entropy(body, p1), p2, Entropy(body, p2));
        string outputs = Perceptron(body, "gate", [.. gate.Parameters.Take(4)], features);
        string s = gate.Options.GateForm == GateForm.Sigmoid
            ? outputs
            : body.Sub(body.Gather(outputs, body.Integers(0), 1), body.Gather(outputs, body.Integers(1), 1));
        string mixed = AxisReading.Mix(body, sparse, dense, body.Node("Sigmoid", [s]));
        return gate.Options.HasMerge ? Perceptron(body, "merge", [.. gate.Parameters.Skip(4)], mixed) : mixed;
    }

    // Weights of linears are [output, input] here.
    private static string Perceptron(OnnxGraph body, string name, Parameter[] linears, string input)
    {
        string hidden = body.Relu(Linear(body, name + ".hidden", linears[0], linears[1], input));
        return Linear(body, name + ".output", linears[2], linears[3], hidden);
    }

    private static string Linear(OnnxGraph body, string name, Parameter weight, Parameter bias, string input) => body.Node(
        "Gemm",
        [
            input, body.Weights(body.Unique(name + ".weight"), weight.Value, weight.Shape[0], weight.Shape[1]),
            body.Weights(body.Unique(name + ".bias"), bias.Value, bias.Value.Length),
        ],
        [("transB", 1L)]);
}
