using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Counts a graph's multiply-adds for an input size. Keeps a copy of the graph whose weights are replaced by inputs of
/// the same shape and whose outputs are the shapes that the count needs (a Shape node each); with the image's size filled in,
/// ONNX Runtime's own shape inference folds these to constants when it loads the graph, and no convolution is left to run.
/// Where a shape depends on data, the missing weights make the run fail, and there is no count.
/// Thread-safe.
/// </summary>
internal sealed class MultiplyAddCounter
{
    // Shapes, axes and scales are small; anything larger is a weight, of which only the shape matters.
    private const long LargestKept = 256;
    private const string ShapePrefix = "sparserefine_shape_";

    private readonly ModelProto _shapes;
    private readonly string _input;
    private readonly bool _isChannelsLast;
    private readonly List<Term> _terms = [];
    private readonly Dictionary<(int Height, int Width), long?> _counts = [];
    private readonly bool _isCountable;

    public MultiplyAddCounter(ModelProto model, string input, bool isChannelsLast)
    {
        _isChannelsLast = isChannelsLast;
        _input = input;

        // The copy is loaded from memory, from which no file is found.
        _isCountable = !model.Graph.Node.Any(HasHiddenWork) && !ExternalWeights.Of(model).Any();
        _shapes = WithoutWeights(model);
        GraphProto graph = _shapes.Graph;
        var outputs = new Dictionary<string, int>();
        foreach (NodeProto node in model.Graph.Node.Where(n => n.Domain is "" or "ai.onnx"))
        {
            // Each output value of these takes as many multiply-adds as the second factor says; a transposed
            // convolution spends them per input value instead.
            (string Outer, string Inner, Func<long[], long> InnerWork)? term = node.OpType switch
            {
                "Conv" => (node.Output[0], node.Input[1], s => Product(s.AsSpan(1))),
                "ConvTranspose" => (node.Input[0], node.Input[1], s => Product(s.AsSpan(1))),
                "MatMul" => (node.Output[0], node.Input[0], s => s[^1]),
                "Gemm" => (node.Output[0], node.Input[0], GemmDepth(node)),
                _ => null,
            };
            if (term is var (outer, inner, work))
            {
                _terms.Add(new Term(OutputFor(outer), OutputFor(inner), work));
            }
        }

        Prune(graph);

        int OutputFor(string tensor)
        {
            if (!outputs.TryGetValue(tensor, out int index))
            {
                index = outputs.Count;
                outputs.Add(tensor, index);
                AddShapeOutput(graph, tensor, ShapePrefix + index);
            }

            return index;
        }
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
        SetInputShape(height, width);
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            using var session = new InferenceSession(_shapes.ToByteArray(), options);
            using var run = new RunOptions();
            string[] names = [.. _shapes.Graph.Output.Select(o => o.Name)];
            using IDisposableReadOnlyCollection<OrtValue> values =
                session.Run(run, Array.Empty<string>(), Array.Empty<OrtValue>(), names);
            long[][] shapes = [.. values.Select(v => v.GetTensorDataAsSpan<long>().ToArray())];
            return _terms.Sum(t => checked(Product(shapes[t.Outer]) * t.InnerWork(shapes[t.Inner])));
        }
        catch (Exception e) when (e is OnnxRuntimeException or OverflowException)
        {
            return null;
        }
    }

    private void SetInputShape(int height, int width)
    {
        ValueInfoProto input = _shapes.Graph.Input.First(i => i.Name == _input);
        input.Type.TensorType.Shape = ShapeOf(InputBuffer.Shape(1, height, width, _isChannelsLast));
    }

    private static ModelProto WithoutWeights(ModelProto model)
    {
        var graph = new GraphProto { Name = "shapes" };
        var weights = new HashSet<string>();
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            if (Product([.. tensor.Dims]) <= LargestKept)
            {
                graph.Initializer.Add(tensor.Clone());
                continue;
            }

            weights.Add(tensor.Name);
            graph.Input.Add(Describe(tensor.Name, tensor.DataType, [.. tensor.Dims]));
        }

        // value_info is left out: it may hold the symbolic sizes that the real ones replace.
        // An initializer that is also an input (old exporters) could be overridden and would not fold.
        weights.UnionWith(model.Graph.Initializer.Select(t => t.Name));
        graph.Input.Add(model.Graph.Input.Where(i => !weights.Contains(i.Name)).Select(i => i.Clone()));
        graph.Node.Add(model.Graph.Node.Select(n => WithoutConstant(n, graph)).OfType<NodeProto>());
        const long FirstWithoutListedInitializers = 4;
        var copy = new ModelProto { IrVersion = Math.Max(model.IrVersion, FirstWithoutListedInitializers), Graph = graph };
        copy.OpsetImport.Add(model.OpsetImport.Select(o => o.Clone()));
        return copy;
    }

    // Weights may also stand in Constant nodes.
    private static NodeProto? WithoutConstant(NodeProto node, GraphProto graph)
    {
        TensorProto? tensor = node.OpType == "Constant" ? node.Attribute.FirstOrDefault(a => a.Name == "value")?.T : null;
        if (tensor is null || Product([.. tensor.Dims]) <= LargestKept)
        {
            return node.Clone();
        }

        graph.Input.Add(Describe(node.Output[0], tensor.DataType, [.. tensor.Dims]));
        return null;
    }

    // ONNX Runtime drops what feeds a folded Shape node, but would run what feeds nothing at all.
    private static void Prune(GraphProto graph)
    {
        Dictionary<string, NodeProto> producers = graph.Node
            .SelectMany(n => n.Output.Where(o => o.Length > 0).Select(o => (o, n)))
            .ToDictionary(p => p.o, p => p.n);
        var needed = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>(graph.Output.Select(o => o.Name));
        while (open.TryPop(out string? tensor))
        {
            if (producers.TryGetValue(tensor, out NodeProto? node) && needed.Add(node))
            {
                foreach (string input in node.Input.Concat(SubgraphInputs(node)))
                {
                    open.Push(input);
                }
            }
        }

        NodeProto[] kept = [.. graph.Node.Where(needed.Contains)];
        graph.Node.Clear();
        graph.Node.Add(kept);
    }

    // A subgraph may read any tensor of the graph around it.
    private static IEnumerable<string> SubgraphInputs(NodeProto node) => Subgraphs(node)
        .SelectMany(g => g.Node.SelectMany(n => n.Input.Concat(SubgraphInputs(n))).Concat(g.Output.Select(o => o.Name)));

    private static IEnumerable<GraphProto> Subgraphs(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G));

    private static void AddShapeOutput(GraphProto graph, string tensor, string name)
    {
        var node = new NodeProto { OpType = "Shape", Name = name };
        node.Input.Add(tensor);
        node.Output.Add(name);
        graph.Node.Add(node);
        const int Int64 = 7;
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Int64 } };
        graph.Output.Add(new ValueInfoProto { Name = name, Type = type });
    }

    private static ValueInfoProto Describe(string name, int elementType, long[] shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = elementType, Shape = ShapeOf(shape) } },
    };

    private static TensorShapeProto ShapeOf(long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(sizes.Select(s => new TensorShapeProto.Types.Dimension { DimValue = s }));
        return shape;
    }

    private static bool HasHiddenWork(NodeProto node) => Subgraphs(node)
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

    private sealed record Term(int Outer, int Inner, Func<long[], long> InnerWork);
}
