namespace SparseRefine.Onnx.Export;

/// <summary>
/// The softmax of scores in planes, [classes, rows] of float32, in its parts. Planes, since ONNX Runtime's operators on the CPU take a fifth of the time where what is broadcast or reduced is
/// a whole row rather than one number in front of a few classes.
/// </summary>
/// <param name="graph">Where nodes go.</param>
/// <param name="planes">The scores.</param>
/// <param name="classes">How many planes.</param>
internal sealed class PlaneSoftmax(OnnxGraph graph, string planes, int classes)
{
    /// <summary>Logarithm of the least probability that an entropy reckons with.</summary>
    public static readonly float SmallestLog = MathF.Log(1e-5f);

    private string? _below;
    private string? _exponentials;
    private string? _sum;
    private string? _logs;
    private string? _probabilities;

    /// <summary>The scores below the greatest, [classes, rows].</summary>
    public string Below => _below ??= graph.Sub(planes, Greatest(graph, planes, classes));

    /// <summary>exp of these.</summary>
    public string Exponentials => _exponentials ??= graph.Exp(Below);

    /// <summary>The sum of <see cref="Exponentials"/>, [1, rows]; the greatest probability is 1 / sum.</summary>
    public string Sum => _sum ??= graph.ReduceSum(Exponentials, 0, keeps: true);

    /// <summary>Logarithms of the probabilities, [classes, rows].</summary>
    public string Logs => _logs ??= graph.Sub(Below, graph.Log(Sum));

    /// <summary>[classes, rows].</summary>
    public string Probabilities => _probabilities ??= graph.Div(Exponentials, Sum);

    /// <summary>-sum p ln max(p, 1e-5), [1, rows].</summary>
    public string Entropy()
    {
        string logs = graph.Max(Logs, graph.Scalar(SmallestLog));
        return graph.Div(graph.Neg(graph.ReduceSum(graph.Mul(Exponentials, logs), 0, keeps: true)), Sum);
    }

    /// <summary>The greatest of all planes, [1, rows]. By halves: ReduceMax over the first axis takes five to ten times as long.</summary>
    public static string Greatest(OnnxGraph graph, string planes, int classes)
    {
        string best = planes;
        for (int left = classes; left > 1;)
        {
            long half = left / 2;
            string[] parts = [graph.Unique("upper"), graph.Unique("lower"), .. left % 2 == 0 ? Array.Empty<string>() : [graph.Unique("last")]];
            graph.Nodes("Split", [best, graph.Integers([half, half, .. left % 2 == 0 ? Array.Empty<long>() : [1]])], [("axis", 0L)], parts);
            best = graph.Max(parts[0], parts[1]);
            best = left % 2 == 0 ? best : graph.Concat(0, best, parts[2]);
            left = (left + 1) / 2;
        }

        return best;
    }
}
