using Google.Protobuf;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>Operators by short names. Sizes are int64 vectors of one number, so that they make up shapes by joining.</summary>
internal static class OnnxOperators
{
    public static string Add(this OnnxGraph graph, string a, string b) => graph.Node("Add", [a, b]);

    public static string Sub(this OnnxGraph graph, string a, string b) => graph.Node("Sub", [a, b]);

    public static string Mul(this OnnxGraph graph, string a, string b) => graph.Node("Mul", [a, b]);

    public static string Div(this OnnxGraph graph, string a, string b) => graph.Node("Div", [a, b]);

    public static string Max(this OnnxGraph graph, string a, string b) => graph.Node("Max", [a, b]);

    public static string Min(this OnnxGraph graph, string a, string b) => graph.Node("Min", [a, b]);

    public static string MatMul(this OnnxGraph graph, string a, string b) => graph.Node("MatMul", [a, b]);

    public static string Relu(this OnnxGraph graph, string a) => graph.Node("Relu", [a]);

    public static string Log(this OnnxGraph graph, string a) => graph.Node("Log", [a]);

    public static string Exp(this OnnxGraph graph, string a) => graph.Node("Exp", [a]);

    public static string Neg(this OnnxGraph graph, string a) => graph.Node("Neg", [a]);

    public static string Greater(this OnnxGraph graph, string a, string b) => graph.Node("Greater", [a, b]);

    public static string Where(this OnnxGraph graph, string condition, string a, string b) => graph.Node("Where", [condition, a, b]);

    public static string Cast(this OnnxGraph graph, string a, int type) => graph.Node("Cast", [a], [("to", (long)type)]);

    public static string Gather(this OnnxGraph graph, string data, string indices, int axis = 0) =>
        graph.Node("Gather", [data, indices], [("axis", (long)axis)]);

    public static string Concat(this OnnxGraph graph, int axis, params string[] parts) =>
        parts.Length == 1 ? parts[0] : graph.Node("Concat", parts, [("axis", (long)axis)]);

    public static string Reshape(this OnnxGraph graph, string data, string shape) => graph.Node("Reshape", [data, shape]);

    public static string Reshape(this OnnxGraph graph, string data, params long[] shape) => graph.Reshape(data, graph.Integers(shape));

    public static string Transpose(this OnnxGraph graph, string data, params long[] order) => graph.Node("Transpose", [data], [("perm", order)]);

    public static string Unsqueeze(this OnnxGraph graph, string data, long axis) => graph.Node("Unsqueeze", [data, graph.Integers(axis)]);

    public static string Expand(this OnnxGraph graph, string data, params long[] shape) => graph.Node("Expand", [data, graph.Integers(shape)]);

    public static string Softmax(this OnnxGraph graph, string data, long axis) => graph.Node("Softmax", [data], [("axis", axis)]);

    public static string ReduceSum(this OnnxGraph graph, string data, long axis, bool keeps = false) =>
        graph.Node("ReduceSum", [data, graph.Integers(axis)], [("keepdims", keeps ? 1L : 0L)]);

    /// <summary>The greatest or least along an axis; from operator set 18 on the axis is an input.</summary>
    public static string Reduce(this OnnxGraph graph, string type, string data, long axis, bool keeps = false) => graph.OperatorSet >= 18
        ? graph.Node(type, [data, graph.Integers(axis)], [("keepdims", keeps ? 1L : 0L)])
        : graph.Node(type, [data], [("axes", new[] { axis }), ("keepdims", keeps ? 1L : 0L)]);

    /// <summary>The first of the greatest along an axis, int64, without the axis.</summary>
    public static string ArgMax(this OnnxGraph graph, string data, long axis) => graph.Node("ArgMax", [data], [("axis", axis), ("keepdims", 0L)]);

    /// <summary>A size of a tensor, [1].</summary>
    public static string Size(this OnnxGraph graph, string data, int axis) =>
        graph.Node("Shape", [data], [("start", (long)axis), ("end", axis + 1L)]);

    /// <summary>A size without a shape.</summary>
    public static string Number(this OnnxGraph graph, string size) => graph.Node("Squeeze", [size, graph.Integers(0)]);

    /// <summary>Whole numbers from one size up to below another.</summary>
    public static string Range(this OnnxGraph graph, string from, string to) =>
        graph.Node("Range", [graph.Number(from), graph.Number(to), graph.Integer(1)]);

    /// <summary>The quotient rounded up.</summary>
    public static string CeilingDiv(this OnnxGraph graph, string a, string b) => graph.Div(graph.Add(a, graph.Sub(b, graph.Integers(1))), b);

    /// <summary>Zeros, or ones, of a shape.</summary>
    public static string Fill(this OnnxGraph graph, string shape, int type, byte value = 0)
    {
        byte[] one = type switch
        {
            OnnxGraph.Int32 => BitConverter.GetBytes((int)value),
            OnnxGraph.Int64 => BitConverter.GetBytes((long)value),
            OnnxGraph.Float => BitConverter.GetBytes((float)value),
            _ => [value],
        };
        TensorProto tensor = new() { DataType = type, RawData = ByteString.CopyFrom(one) };
        tensor.Dims.Add(1);
        return graph.Node("ConstantOfShape", [shape], [("value", tensor)]);
    }

    /// <summary>Sets cells of a vector: cells [n], values [n].</summary>
    public static string Scatter(this OnnxGraph graph, string data, string cells, string values) =>
        graph.Node("ScatterND", [data, graph.Unsqueeze(cells, 1), values]);

    /// <summary>Places of what is not 0 in a vector, ascending, int64.</summary>
    public static string NonZero(this OnnxGraph graph, string data) => graph.Reshape(graph.Node("NonZero", [data]), -1);
}
