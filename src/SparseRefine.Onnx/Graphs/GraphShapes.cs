using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Tells the shapes of a graph's tensors for an input size. Keeps a copy of the graph whose weights are replaced by inputs of
/// the same shape and whose outputs are the shapes that are asked for (a Shape node each); with the image's size filled in,
/// ONNX Runtime's own shape inference folds these to constants when it loads the graph, and no convolution is left to run.
/// Where a shape depends on data, the missing weights make the run fail, and there is no answer.
/// Not thread-safe.
/// </summary>
internal sealed class GraphShapes
{
    // Shapes, axes and scales are small; anything larger is a weight, of which only the shape matters.
    private const long LargestKept = 256;
    private const string ShapePrefix = "sparserefine_shape_";

    private readonly ModelProto _model;
    private readonly string _input;
    private readonly bool _isChannelsLast;
    private readonly bool _isKnown;
    private readonly Dictionary<string, int> _asked = [];

    /// <param name="model">The model; not changed.</param>
    /// <param name="input">Its image input.</param>
    /// <param name="isChannelsLast">Whether that is [N, height, width, 3].</param>
    /// <param name="tensors">The tensors whose shapes will be asked for, each once.</param>
    public GraphShapes(ModelProto model, string input, bool isChannelsLast, IEnumerable<string> tensors)
    {
        _input = input;
        _isChannelsLast = isChannelsLast;

        // The copy is loaded from memory, from which no file is found.
        _isKnown = !ExternalWeights.Of(model).Any();
        _model = WithoutWeights(model);
        foreach (string tensor in tensors)
        {
            AddShapeOutput(_model.Graph, tensor, ShapePrefix + _asked.Count);
            _asked.Add(tensor, _asked.Count);
        }

        Prune(_model.Graph);
    }

    /// <summary>The shape of each tensor for one image.</summary>
    /// <param name="height">Rows that the model sees.</param>
    /// <param name="width">Columns that the model sees.</param>
    /// <returns>The shapes by name; null where they cannot be told.</returns>
    public IReadOnlyDictionary<string, long[]>? At(int height, int width)
    {
        if (!_isKnown)
        {
            return null;
        }

        ValueInfoProto input = _model.Graph.Input.First(i => i.Name == _input);
        input.Type.TensorType.Shape = ShapeOf(InputBuffer.Shape(1, height, width, _isChannelsLast));
        try
        {
            using InferenceSession session = Open(_model);
            using var run = new RunOptions();
            string[] names = [.. _model.Graph.Output.Select(o => o.Name)];
            using IDisposableReadOnlyCollection<OrtValue> values =
                session.Run(run, Array.Empty<string>(), Array.Empty<OrtValue>(), names);
            return _asked.ToDictionary(asked => asked.Key, asked => values[asked.Value].GetTensorDataAsSpan<long>().ToArray());
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    /// <summary>The element type of some tensors, as ONNX Runtime infers it when it loads the graph.</summary>
    /// <param name="model">The model; not changed.</param>
    /// <param name="tensors">The tensors.</param>
    /// <returns>The types of those that are tensors.</returns>
    /// <exception cref="OnnxRuntimeException">A graph that does not load.</exception>
    public static IReadOnlyDictionary<string, TensorElementType> Types(ModelProto model, IEnumerable<string> tensors)
    {
        ModelProto copy = WithoutWeights(model);
        copy.Graph.Output.Add(tensors.Select(name => new ValueInfoProto { Name = name }));
        Prune(copy.Graph);
        using InferenceSession session = Open(copy);
        return session.OutputMetadata.Where(o => o.Value.IsTensor).ToDictionary(o => o.Key, o => o.Value.ElementDataType);
    }

    private static InferenceSession Open(ModelProto model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        return new InferenceSession(model.ToByteArray(), options);
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

    /// <summary>The graphs in a node's attributes: bodies of loops and branches.</summary>
    internal static IEnumerable<GraphProto> Subgraphs(NodeProto node) =>
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

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product = checked(product * size);
        }

        return product;
    }
}
