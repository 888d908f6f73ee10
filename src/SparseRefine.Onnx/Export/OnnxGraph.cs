using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;
using AttributeType = SparseRefine.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// A graph under construction: nodes in order of work, whose outputs are named after their number. The body of a loop is a graph within the graph: it sees the
/// outer values by name, and its weights and constants stand with those of the outermost.
/// </summary>
internal sealed class OnnxGraph
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Bool = 9;
    public const int Float16 = 10;
    public const int Double = 11;
    public const int UInt64 = 13;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _constants = [];
    private readonly OnnxGraph _root;
    private int _nodes;

    public OnnxGraph(string name, int operatorSet = FeatureRefinementExport.OperatorSet)
    {
        _graph = new() { Name = name };
        _root = this;
        OperatorSet = operatorSet;
    }

    private OnnxGraph(OnnxGraph outer, string name)
    {
        _graph = new() { Name = name };
        _root = outer._root;
        OperatorSet = outer.OperatorSet;
        BlockValues = outer.BlockValues;
    }

    /// <summary>Version of the operators.</summary>
    public int OperatorSet { get; }

    /// <summary>Floats of one tensor that a loop makes at a time.</summary>
    public int BlockValues { get; init; } = OnnxExportOptions.DefaultBlockValues;

    /// <summary>An input or output of floats; null sizes are open, named by the text.</summary>
    public void Declare(bool isInput, string name, params (long? Size, string Name)[] sizes) => Declare(isInput, name, Float, sizes);

    /// <summary>An input or output of any type; null sizes are open, named by the text; no sizes at all: nothing is said of the shape.</summary>
    public void Declare(bool isInput, string name, int type, params (long? Size, string Name)[] sizes)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = type };
        if (sizes.Length > 0)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.Add(sizes.Select(s => s.Size is long size
                ? new TensorShapeProto.Types.Dimension { DimValue = size }
                : new TensorShapeProto.Types.Dimension { DimParam = s.Name }));
        }

        (isInput ? _graph.Input : _graph.Output).Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });
    }

    /// <summary>Adds an operator of the standard set.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="inputs">Names of values; empty for one left out.</param>
    /// <param name="attributes">long, float, string, long[] or a tensor by name.</param>
    /// <param name="output">Its output's name; null makes one.</param>
    /// <returns>The output's name.</returns>
    public string Node(string type, string[] inputs, (string Name, object Value)[]? attributes = null, string? output = null) =>
        Nodes(type, inputs, attributes, output ?? $"{type.ToLowerInvariant()}_{_root._nodes}")[0];

    /// <summary>Adds an operator with several outputs.</summary>
    public string[] Nodes(string type, string[] inputs, (string Name, object Value)[]? attributes, params string[] outputs)
    {
        var node = new NodeProto { OpType = type, Name = outputs[0] };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add((attributes ?? []).Select(a => Attribute(a.Name, a.Value)));
        _graph.Node.Add(node);
        _root._nodes++;
        return outputs;
    }

    /// <summary>Runs a body a number of times and puts what the rounds give one behind the other.</summary>
    /// <param name="rounds">int64 [1], at least 1.</param>
    /// <param name="body">Writes the body: into the given graph, of a round whose number (int64, no shape) is given; tells its values, of one shape in all rounds, and their types.</param>
    /// <returns>For each value [rounds, ...].</returns>
    public string[] Loop(string rounds, Func<OnnxGraph, string, (string Value, int Type)[]> body)
    {
        int number = _root._nodes++;
        OnnxGraph inner = new(this, $"loop_{number}");
        string round = $"round_{number}";
        string condition = $"go_{number}";
        inner.Declare(true, round, Int64);
        inner.Declare(true, condition, Bool);
        inner._graph.Input[0].Type.TensorType.Shape = new TensorShapeProto();
        inner._graph.Input[1].Type.TensorType.Shape = new TensorShapeProto();
        (string Value, int Type)[] values = body(inner, round);
        inner.Declare(false, inner.Node("Identity", [condition]), Bool);
        foreach ((string value, int type) in values)
        {
            // An output of its own: the value may stand among the outputs already, or in the outer graph.
            inner.Declare(false, inner.Node("Identity", [value]), type);
        }

        string[] outputs = [.. values.Select((_, i) => $"loop_{number}_{i}")];
        return Nodes("Loop", [this.Number(rounds), string.Empty], [("body", inner._graph)], outputs);
    }

    /// <summary>Takes the nodes and weights of another graph as they are.</summary>
    public void Append(IEnumerable<NodeProto> nodes, IEnumerable<TensorProto> weights, IEnumerable<SparseTensorProto> sparse)
    {
        _graph.Node.Add(nodes);
        _graph.Initializer.Add(weights);
        _graph.SparseInitializer.Add(sparse);
    }

    /// <summary>Weights of a shape.</summary>
    public string Weights(string name, float[] values, params long[] shape) => Initializer(name, Float, MemoryMarshal.AsBytes<float>(values), shape);

    /// <summary>Weights of a shape, in half precision.</summary>
    public string Weights(string name, Half[] values, params long[] shape) => Initializer(name, Float16, MemoryMarshal.AsBytes<Half>(values), shape);

    /// <summary>A vector of whole numbers; equal ones are stored once.</summary>
    public string Integers(params long[] values) => Constant(
        $"int_{string.Join('_', values)}", key => Initializer(key, Int64, MemoryMarshal.AsBytes<long>(values), values.Length));

    /// <summary>One whole number without a shape.</summary>
    public string Integer(long value) => Constant($"integer_{value}", key => Initializer(key, Int64, MemoryMarshal.AsBytes<long>([value])));

    /// <summary>A vector of numbers; one of a name is stored once.</summary>
    public string Constants(string name, params float[] values) => Constant(name, _ => Weights(name, values, values.Length));

    /// <summary>One number without a shape.</summary>
    public string Scalar(float value) => Constant(
        FormattableString.Invariant($"float_{value:R}"), key => Initializer(key, Float, MemoryMarshal.AsBytes<float>([value])));

    /// <summary>One number of double precision without a shape.</summary>
    public string Scalar(double value) => Constant(
        FormattableString.Invariant($"double_{value:R}"), key => Initializer(key, Double, MemoryMarshal.AsBytes<double>([value])));

    /// <summary>A name for weights that no other value has.</summary>
    public string Unique(string name) => $"{name}_{_root._nodes}_{_root._graph.Initializer.Count}";

    /// <summary>The file.</summary>
    /// <param name="metadata">Texts that the file carries beside the graph.</param>
    public ModelProto ToModel(params IEnumerable<(string Key, string Value)> metadata)
    {
        // The format's versions that go with operator sets: ONNX Runtime refuses a file that is newer than itself.
        int format = OperatorSet switch { <= 18 => 8, <= 20 => 9, <= 22 => 10, 23 => 11, 24 => 12, _ => 13 };
        var model = new ModelProto { IrVersion = format, ProducerName = "SparseRefine", Graph = _graph };
        model.MetadataProps.Add(metadata.Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OperatorSet });
        return model;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long number => new AttributeProto { Name = name, Type = AttributeType.Int, I = number },
        float number => new AttributeProto { Name = name, Type = AttributeType.Float, F = number },
        string text => new AttributeProto { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => Many(name, numbers),
        TensorProto tensor => new AttributeProto { Name = name, Type = AttributeType.Tensor, T = tensor },
        GraphProto graph => new AttributeProto { Name = name, Type = AttributeType.Graph, G = graph },
        _ => throw new ArgumentException($"attributes: expected long, float, string, long[], a tensor or a graph, got {value.GetType()}"),
    };

    private static AttributeProto Many(string name, long[] numbers)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.Add(numbers);
        return attribute;
    }

    private string Constant(string key, Func<string, string> make) =>
        _root._constants.TryGetValue(key, out string? known) ? known : _root._constants[key] = make(key);

    private string Initializer(string name, int type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _root._graph.Initializer.Add(tensor);
        return name;
    }
}
