using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;
using AttributeType = SparseRefine.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SparseRefine.Testing;

/// <summary>Writes tiny ONNX models (opset 13). A size of -1 is open, named by its position.</summary>
public sealed class OnnxModelBuilder
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int64 = 7;
    public const int Float16 = 10;

    private readonly GraphProto _graph = new() { Name = "test" };

    /// <summary>image -> Identity -> scores: what comes out is what preprocessing put in.</summary>
    public static byte[] Identity(int type = Float, int height = -1, int width = -1, int batch = -1) => new OnnxModelBuilder()
        .Input("image", type, batch, 3, height, width)
        .Node("Identity", ["image"], ["scores"])
        .Output("scores", type, batch, 3, height, width)
        .Build();

    public OnnxModelBuilder Input(string name, int type, params long[] shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return this;
    }

    public OnnxModelBuilder Output(string name, int type, params long[] shape)
    {
        _graph.Output.Add(Describe(name, type, shape));
        return this;
    }

    public OnnxModelBuilder OutputWithoutShape(string name)
    {
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Float } };
        _graph.Output.Add(new ValueInfoProto { Name = name, Type = type });
        return this;
    }

    public OnnxModelBuilder Weights(string name, float[] values, params long[] shape) =>
        Initializer(name, Float, MemoryMarshal.AsBytes<float>(values), shape);

    /// <summary>Weights that lie in another file.</summary>
    public OnnxModelBuilder ExternalWeights(string name, string location, int offset, params long[] shape)
    {
        _graph.Initializer.Add(External(name, location, offset, shape));
        return this;
    }

    /// <summary>A tensor of float32 that lies in another file.</summary>
    internal static TensorProto External(string name, string location, int offset, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = Float, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(shape);
        long length = sizeof(float) * shape.Aggregate(1L, (a, b) => a * b);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
        return tensor;
    }

    public OnnxModelBuilder Integers(string name, params long[] values) =>
        Initializer(name, Int64, MemoryMarshal.AsBytes<long>(values), values.Length);

    public OnnxModelBuilder Node(
        string type, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = type };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        foreach ((string name, object value) in attributes)
        {
            var attribute = new AttributeProto { Name = name };
            switch (value)
            {
                case int i:
                    attribute.Type = AttributeType.Int;
                    attribute.I = i;
                    break;
                case float f:
                    attribute.Type = AttributeType.Float;
                    attribute.F = f;
                    break;
                case TensorProto tensor:
                    attribute.Type = AttributeType.Tensor;
                    attribute.T = tensor;
                    break;
                case SparseTensorProto sparse:
                    attribute.Type = AttributeType.SparseTensor;
                    attribute.SparseTensor = sparse;
                    break;
                case GraphProto graph:
                    attribute.Type = AttributeType.Graph;
                    attribute.G = graph;
                    break;
                case long[] longs:
                    attribute.Type = AttributeType.Ints;
                    attribute.Ints.Add(longs);
                    break;
                default:
                    throw new ArgumentException($"attributes: expected int, float, long[], tensor or graph, got {value.GetType()}");
            }

            node.Attribute.Add(attribute);
        }

        _graph.Node.Add(node);
        return this;
    }

    public byte[] Build(int opset = 13)
    {
        var model = new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        return model.ToByteArray();
    }

    /// <summary>The graph so far, to be another one's subgraph.</summary>
    internal GraphProto Graph => _graph;

    private OnnxModelBuilder Initializer(string name, int type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _graph.Initializer.Add(tensor);
        return this;
    }

    private static ValueInfoProto Describe(string name, int type, long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(sizes.Select((s, i) => s < 0
            ? new TensorShapeProto.Types.Dimension { DimParam = $"d{i}" }
            : new TensorShapeProto.Types.Dimension { DimValue = s }));
        var tensor = new TypeProto.Types.Tensor { ElemType = type, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
