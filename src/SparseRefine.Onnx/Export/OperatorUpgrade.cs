using System.Runtime.InteropServices;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;
using AttributeType = SparseRefine.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// Rewrites operators of a dense model from its operator set into the graph's, where they became others: what was an attribute became an input, mostly. One that this does
/// not know stays as it is and is refused by <see cref="OperatorVersions"/>.
/// </summary>
internal sealed class OperatorUpgrade
{
    private readonly GraphProto _graph;
    private readonly int _from;
    private readonly int _to;
    private readonly HashSet<NodeProto> _done = new(ReferenceEqualityComparer.Instance);
    private int _made;

    private OperatorUpgrade(GraphProto graph, int from, int to) => (_graph, _from, _to) = (graph, from, to);

    /// <summary>Rewrites a model's own graph; subgraphs stay as they are.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="target">The operator set.</param>
    /// <returns>The nodes that mean in the new set what they meant, or stand for one that did.</returns>
    public static HashSet<NodeProto> Run(ModelProto model, int target)
    {
        OperatorUpgrade upgrade = new(model.Graph, OperatorVersions.Of(model), target);
        upgrade.Run();
        return upgrade._done;
    }

    private void Run()
    {
        NodeProto[] nodes = [.. _graph.Node];
        _graph.Node.Clear();
        foreach (NodeProto node in nodes)
        {
            if (node.Domain is "" or "ai.onnx" && Upgrade(node))
            {
                _done.Add(node);
            }

            _graph.Node.Add(node);
        }
    }

    private bool Passes(int set) => _from < set && set <= _to;

    private bool Upgrade(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when Passes(13):
            case "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceProd" or "ReduceL1" or "ReduceL2" or "ReduceLogSum" or "ReduceLogSumExp" or "ReduceSumSquare"
                when Passes(18):
                AddInput(node, 1, TakeIntegers(node, "axes"));
                break;
            case "Split":
                UpgradeSplit(node);
                break;
            case "Softmax" or "LogSoftmax" or "Hardmax" when Passes(13):
                UpgradeSoftmax(node);
                break;
            case "Clip" when Passes(11):
                AddInput(node, 1, TakeNumber(node, "min", node.Input[0]));
                AddInput(node, 2, TakeNumber(node, "max", node.Input[0]));
                break;
            case "Pad" when Passes(11):
                AddInput(node, 1, TakeIntegers(node, "pads"));
                AddInput(node, 2, TakeNumber(node, "value", node.Input[0]));
                break;
            case "Slice" when Passes(10):
                AddInput(node, 1, TakeIntegers(node, "starts"));
                AddInput(node, 2, TakeIntegers(node, "ends"));
                AddInput(node, 3, TakeIntegers(node, "axes"));
                break;
            case "Upsample" when _from >= 9 && Passes(10):
            case "Resize" when Passes(11):
                // Both took each sample of the result from the place of its first edge, rounded down.
                node.OpType = "Resize";
                node.Input.Insert(1, "");
                Set(node, "coordinate_transformation_mode", "asymmetric");
                Set(node, "nearest_mode", "floor");
                break;
            case "Dropout" when Passes(12) && node.Output.Count == 1:
                node.OpType = "Identity";
                node.Attribute.Clear();
                break;
            case "BatchNormalization" when _from >= 7 && Passes(14) && node.Output.Count == 1:
                Take(node, "spatial");
                break;
            default:
                return false;
        }

        return true;
    }

    private void UpgradeSplit(NodeProto node)
    {
        if (Passes(13))
        {
            AddInput(node, 1, TakeIntegers(node, "split"));
        }

        if (Passes(18) && node.Input.Count == 1)
        {
            node.Attribute.Add(new AttributeProto { Name = "num_outputs", Type = AttributeType.Int, I = node.Output.Count });
        }
    }

    // It was taken over all axes from the given one on, as if they were one.
    private void UpgradeSoftmax(NodeProto node)
    {
        long axis = Take(node, "axis")?.I ?? 1;
        string input = node.Input[0];
        string output = node.Output[0];
        string flat = Make("Flatten", [input], [new AttributeProto { Name = "axis", Type = AttributeType.Int, I = axis }]);
        string soft = Make(node.OpType, [flat], [new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 1 }]);
        string shape = Make("Shape", [input], []);
        node.OpType = "Reshape";
        node.Attribute.Clear();
        node.Input.Clear();
        node.Input.Add([soft, shape]);
        node.Output[0] = output;
    }

    private string Make(string type, string[] inputs, AttributeProto[] attributes)
    {
        string name = $"upgraded_{_made++}";
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.Add(inputs);
        node.Output.Add(name);
        node.Attribute.Add(attributes);
        _graph.Node.Add(node);
        _done.Add(node);
        return name;
    }

    private static AttributeProto? Take(NodeProto node, string name)
    {
        AttributeProto? found = node.Attribute.FirstOrDefault(a => a.Name == name);
        if (found is not null)
        {
            node.Attribute.Remove(found);
        }

        return found;
    }

    private static void Set(NodeProto node, string name, string value) =>
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) });

    private string? TakeIntegers(NodeProto node, string name) => Take(node, name) is AttributeProto attribute
        ? Weights(OnnxGraph.Int64, MemoryMarshal.AsBytes<long>([.. attribute.Ints]), attribute.Ints.Count)
        : null;

    // Of the type of a value, which may be half precision.
    private string? TakeNumber(NodeProto node, string name, string like) => Take(node, name) is AttributeProto attribute
        ? Make("CastLike", [Weights(OnnxGraph.Float, MemoryMarshal.AsBytes<float>([attribute.F])), like], [])
        : null;

    private string Weights(int type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = $"upgraded_{_made++}", DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static void AddInput(NodeProto node, int place, string? name)
    {
        if (name is null)
        {
            return;
        }

        while (node.Input.Count < place)
        {
            node.Input.Add("");
        }

        node.Input.Add(name);
    }
}
