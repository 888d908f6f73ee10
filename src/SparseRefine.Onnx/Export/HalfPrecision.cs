using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>Turns a dense model's graph from single into half precision: weights, constants and casts. Sizes and scales of resizing stay single, as the operator wants them, and so does what is computed of weights alone.</summary>
internal static class HalfPrecision
{
    private const string Single = "/single";

    // Operators that no provider has in half precision: ONNX Runtime would take them, and all that they read, from the GPU to the CPU.
    private static readonly HashSet<string> SingleOnly = ["GridSample"];

    /// <summary>Turns a graph.</summary>
    /// <param name="graph">The graph, which is changed. Its input is of half precision then.</param>
    public static void Convert(GraphProto graph)
    {
        // Region and scales of Resize, and scales of Upsample.
        HashSet<string> kept = [.. graph.Node.Where(n => n.OpType is "Resize" or "Upsample").SelectMany(n => n.Input.Skip(1))];
        graph.ValueInfo.Clear();
        kept.UnionWith(SingleConstants.Separate(graph, kept));
        foreach (TensorProto tensor in graph.Initializer.Where(t => !kept.Contains(t.Name)))
        {
            Convert(tensor);
        }

        foreach (NodeProto node in graph.Node.Where(n => !n.Output.Any(kept.Contains)))
        {
            foreach (AttributeProto attribute in node.Attribute)
            {
                Convert(node, attribute);
            }
        }

        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output).Where(v => v.Type?.TensorType?.ElemType == OnnxGraph.Float))
        {
            value.Type.TensorType.ElemType = OnnxGraph.Float16;
        }

        foreach (NodeProto node in graph.Node.Where(n => SingleOnly.Contains(n.OpType)).ToArray())
        {
            KeepSingle(graph, node);
        }
    }

    /// <summary>A cast.</summary>
    /// <param name="value">What is cast.</param>
    /// <param name="result">What the result is called.</param>
    /// <param name="type">Its type.</param>
    public static NodeProto Cast(string value, string result, int type)
    {
        NodeProto cast = new() { OpType = "Cast", Name = $"{result}/cast" };
        cast.Input.Add(value);
        cast.Output.Add(result);
        cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = type });
        return cast;
    }

    // All inputs of such operators are of single precision, and so is what they give.
    private static void KeepSingle(GraphProto graph, NodeProto node)
    {
        int at = graph.Node.IndexOf(node);
        string output = node.Output[0];
        node.Output[0] = output + Single;
        graph.Node.Insert(at + 1, Cast(node.Output[0], output, OnnxGraph.Float16));
        for (int i = 0; i < node.Input.Count; i++)
        {
            string single = $"{output}{Single}_{i}";
            graph.Node.Insert(at, Cast(node.Input[i], single, OnnxGraph.Float));
            node.Input[i] = single;
        }
    }

    private static void Convert(NodeProto node, AttributeProto attribute)
    {
        if (attribute.T is TensorProto tensor)
        {
            Convert(tensor);
        }
        else if (node.OpType == "Cast" && attribute.Name == "to" && attribute.I == OnnxGraph.Float)
        {
            attribute.I = OnnxGraph.Float16;
        }
        else if (node.OpType == "Constant" && attribute.Name is "value_float" or "value_floats")
        {
            float[] values = attribute.Name == "value_float" ? [attribute.F] : [.. attribute.Floats];
            attribute.T = new TensorProto { DataType = OnnxGraph.Float };
            attribute.T.FloatData.Add(values);
            attribute.T.Dims.Add(attribute.Name == "value_float" ? [] : [values.Length]);
            attribute.Name = "value";
            attribute.Type = AttributeProto.Types.AttributeType.Tensor;
            attribute.ClearF();
            attribute.Floats.Clear();
            Convert(attribute.T);
        }

        foreach (GraphProto inner in attribute.Graphs.Concat(attribute.G is GraphProto one ? [one] : []))
        {
            Convert(inner);
        }
    }

    private static void Convert(TensorProto tensor)
    {
        if (tensor.DataType != OnnxGraph.Float)
        {
            return;
        }

        float[] values = tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

        // What half precision cannot hold becomes its greatest number, not infinity: masks are such numbers.
        Half[] halves = [.. values.Select(value => (Half)Math.Clamp(value, (float)Half.MinValue, (float)Half.MaxValue))];
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(halves));
        tensor.DataType = OnnxGraph.Float16;
    }
}
