using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>Turns a dense model's graph from single into half precision: weights, constants and casts. Sizes and scales of resizing stay single, as the operator wants them.</summary>
internal static class HalfPrecision
{
    /// <summary>Turns a graph.</summary>
    /// <param name="graph">The graph, which is changed. Its input is of half precision then.</param>
    public static void Convert(GraphProto graph)
    {
        // Region and scales of Resize, and scales of Upsample.
        HashSet<string> kept = [.. graph.Node.Where(n => n.OpType is "Resize" or "Upsample").SelectMany(n => n.Input.Skip(1))];
        graph.ValueInfo.Clear();
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
