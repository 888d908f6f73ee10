using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Counts a graph's multiply-adds for an input size from the shapes that <see cref="GraphShapes"/> tells; there is no count where these cannot be told.
/// Thread-safe.
/// </summary>
internal sealed class MultiplyAddCounter
{
    private readonly GraphShapes _shapes;
    private readonly List<Term> _terms = [];
    private readonly Dictionary<(int Height, int Width), long?> _counts = [];
    private readonly bool _isCountable;

    public MultiplyAddCounter(ModelProto model, string input, bool isChannelsLast)
    {
        _isCountable = !model.Graph.Node.Any(HasHiddenWork);
        foreach (NodeProto node in model.Graph.Node.Where(n => n.Domain is "" or "ai.onnx"))
        {
            // Each output value of these takes as many multiply-adds as the second factor says; a transposed
            // convolution spends them per input value instead.
            Term? term = node.OpType switch
            {
                "Conv" => new(node.Output[0], node.Input[1], s => Product(s.AsSpan(1))),
                "ConvTranspose" => new(node.Input[0], node.Input[1], s => Product(s.AsSpan(1))),
                "MatMul" => new(node.Output[0], node.Input[0], s => s[^1]),
                "Gemm" => new(node.Output[0], node.Input[0], GemmDepth(node)),
                _ => null,
            };
            if (term is not null)
            {
                _terms.Add(term);
            }
        }

        _shapes = new GraphShapes(model, input, isChannelsLast, _terms.SelectMany(term => new[] { term.Outer, term.Inner }).Distinct());
    }

    /// <summary>Multiply-adds for one image.</summary>
    /// <param name="height">Rows that the model sees.</param>
    /// <param name="width">Columns that the model sees.</param>
    /// <returns>The count, or null where it cannot be told.</returns>
    public long? Count(int height, int width)
    {
        lock (_counts)
        {
            if (!_counts.TryGetValue((height, width), out long? count))
            {
                count = _terms.Count == 0 && _isCountable ? 0 : _isCountable ? Compute(height, width) : null;
                _counts.Add((height, width), count);
            }

            return count;
        }
    }

    private long? Compute(int height, int width)
    {
        try
        {
            return _shapes.At(height, width) is IReadOnlyDictionary<string, long[]> shapes
                ? _terms.Sum(t => checked(Product(shapes[t.Outer]) * t.InnerWork(shapes[t.Inner])))
                : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static bool HasHiddenWork(NodeProto node) => GraphShapes.Subgraphs(node)
        .Any(g => g.Node.Any(n => n.OpType is "Conv" or "ConvTranspose" or "MatMul" or "Gemm" || HasHiddenWork(n)));

    private static Func<long[], long> GemmDepth(NodeProto node)
    {
        bool isTransposed = node.Attribute.FirstOrDefault(a => a.Name == "transA")?.I == 1;
        return isTransposed ? s => s[0] : s => s[1];
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product = checked(product * size);
        }

        return product;
    }

    private sealed record Term(string Outer, string Inner, Func<long[], long> InnerWork);
}
