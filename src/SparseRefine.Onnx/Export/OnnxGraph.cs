using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;
using AttributeType = SparseRefine.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SparseRefine.Onnx.Export;

/// <summary>A graph under construction: nodes in order of work, each with one output that is named after its number.</summary>
internal sealed class OnnxGraph(string name)
{
    public const int Float = 1;
    public const int Int64 = 7;

    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<string, string> _constants = [];

    /// <summary>An input or output; null sizes are open, named by the text.</summary>
    public void Declare(bool isInput, string name, params (long? Size, string Name)[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(sizes.Select(s => s.Size is long size
            ? new TensorShapeProto.Types.Dimension { DimValue = size }
            : new TensorShapeProto.Types.Dimension { DimParam = s.Name }));
        var tensor = new TypeProto.Types.Tensor { ElemType = Float, Shape = shape };
        (isInput ? _graph.Input : _graph.Output).Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });
    }

    /// <summary>Adds an operator of the standard set.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="inputs">Names of values; empty for one left out.</param>
    /// <param name="attributes">long, float, string or long[] by name.</param>
    /// <param name="output">Its output's name; null makes one.</param>
    /// <returns>The output's name.</returns>
    public string Node(string type, string[] inputs, (string Name, object Value)[]? attributes = null, string? output = null)
    {
        output ??= $"{type.ToLowerInvariant()}_{_graph.Node.Count}";
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        foreach ((string attribute, object value) in attributes ?? [])
        {
            node.Attribute.Add(value switch
            {
                long number => new AttributeProto { Name = attribute, Type = AttributeType.Int, I = number },
                float number => new AttributeProto { Name = attribute, Type = AttributeType.Float, F = number },
                string text => new AttributeProto { Name = attribute, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
                long[] numbers => Many(attribute, numbers),
                _ => throw new ArgumentException($"attributes: expected long, float, string or long[], got {value.GetType()}"),
            });
        }

        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Weights of a shape.</summary>
    public string Weights(string name, float[] values, params long[] shape) => Initializer(name, Float, MemoryMarshal.AsBytes<float>(values), shape);

    /// <summary>A vector of whole numbers; equal ones are stored once.</summary>
    public string Integers(params long[] values)
    {
        string key = $"int_{string.Join('_', values)}";
        return _constants.TryGetValue(key, out string? known)
            ? known
            : _constants[key] = Initializer(key, Int64, MemoryMarshal.AsBytes<long>(values), values.Length);
    }

    /// <summary>A vector of numbers; one of a name is stored once.</summary>
    public string Constants(string name, params float[] values) => _constants.TryGetValue(name, out string? known)
        ? known
        : _constants[name] = Weights(name, values, values.Length);

    /// <summary>One number without a shape.</summary>
    public string Scalar(float value)
    {
        string key = FormattableString.Invariant($"float_{value:R}");
        return _constants.TryGetValue(key, out string? known)
            ? known
            : _constants[key] = Initializer(key, Float, MemoryMarshal.AsBytes<float>([value]));
    }

    /// <summary>The file.</summary>
    /// <param name="opset">Version of the operators.</param>
    /// <param name="metadata">Texts that the file carries beside the graph.</param>
    public byte[] ToBytes(int opset, params (string Key, string Value)[] metadata)
    {
        // Version 8 of the format goes with operator sets 15 to 18.
        var model = new ModelProto { IrVersion = 8, ProducerName = "SparseRefine", Graph = _graph };
        model.MetadataProps.Add(metadata.Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = opset });
        return model.ToByteArray();
    }

    private static AttributeProto Many(string name, long[] numbers)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.Add(numbers);
        return attribute;
    }

    private string Initializer(string name, int type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _graph.Initializer.Add(tensor);
        return name;
    }
}
