using SparseRefine.Ensemblers;
using SparseRefine.Layers;

namespace SparseRefine.Onnx.Export;

/// <summary>The merging of dense and sparse scores, in single precision and in planes.</summary>
internal static class EnsemblerGraph
{
    /// <summary>Merges.</summary>
    /// <param name="body">Where nodes go.</param>
    /// <param name="ensembler">How.</param>
    /// <param name="dense">[classes, rows].</param>
    /// <param name="sparse">[classes, rows].</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>[classes, rows].</returns>
    public static string Merge(OnnxGraph body, Ensembler ensembler, string dense, string sparse, int classes)
    {
        PlaneSoftmax Softmax(string planes) => new(body, planes, classes);
        return ensembler switch
        {
            ReplaceEnsembler => sparse,
            AverageEnsembler => Average(body, Softmax(dense), Softmax(sparse)),
            EntropyEnsembler => body.Where(body.Greater(Softmax(dense).Entropy(), Softmax(sparse).Entropy()), sparse, dense),
            GatedEnsembler gate => Gate(body, gate, dense, sparse, Softmax(dense), Softmax(sparse)),
            _ => throw new InvalidInputException("ensembler", "one that can be exported", ensembler.GetType().Name),
        };
    }

    private static string Average(OnnxGraph body, PlaneSoftmax dense, PlaneSoftmax sparse)
    {
        string mean = body.Mul(body.Add(dense.Probabilities, sparse.Probabilities), body.Scalar(0.5f));
        return body.Log(body.Max(mean, body.Scalar(1e-10f)));
    }

    private static string Gate(OnnxGraph body, GatedEnsembler gate, string dense, string sparse, PlaneSoftmax p1, PlaneSoftmax p2)
    {
        string features = body.Concat(0, p1.Probabilities, p1.Entropy(), p2.Probabilities, p2.Entropy());
        string outputs = Perceptron(body, "gate", [.. gate.Parameters.Take(4)], features);
        string s = gate.Options.GateForm == GateForm.Sigmoid
            ? outputs
            : body.Sub(body.Gather(outputs, body.Integers(0)), body.Gather(outputs, body.Integers(1)));
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
            body.Weights(body.Unique(name + ".weight"), weight.Value, weight.Shape[0], weight.Shape[1]), input,
            body.Weights(body.Unique(name + ".bias"), bias.Value, bias.Value.Length, 1),
        ]);
}
