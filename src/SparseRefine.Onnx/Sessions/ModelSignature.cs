using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SparseRefine.Onnx.Sessions;

/// <summary>The image input and score output of a model, found and checked once. Sizes that the model leaves open are -1.</summary>
internal sealed class ModelSignature
{
    public ModelSignature(InferenceSession session, string file, DenseModelOptions options)
    {
        (InputName, NodeMetadata input) = FindInput(session, file, options.InputName);
        InputType = input.ElementDataType;
        Height = input.Dimensions[2];
        Width = input.Dimensions[3];
        (OutputName, NodeMetadata output) = FindOutput(session, file, options);
        OutputType = output.ElementDataType;
        Classes = output.Dimensions.Length == 4 ? output.Dimensions[1] : -1;
        TakesBatches = input.Dimensions[0] < 0 && (output.Dimensions.Length == 0 || output.Dimensions[0] < 0);
        if (Classes is 0 or 1 or > 255)
        {
            throw new InvalidInputException(
                file, $"output '{OutputName}' to have 2 to 255 classes", Describe(output));
        }
    }

    public string InputName { get; }

    public TensorElementType InputType { get; }

    public int Height { get; }

    public int Width { get; }

    public string OutputName { get; }

    public TensorElementType OutputType { get; }

    public int Classes { get; }

    /// <summary>Whether input and output leave the number of photos open.</summary>
    public bool TakesBatches { get; }

    private static (string Name, NodeMetadata Node) FindInput(InferenceSession session, string file, string? asked)
    {
        const string Expected = "an image input, one of float32, float16 or uint8 [N, 3, height, width] with N 1 or open";
        IReadOnlyDictionary<string, NodeMetadata> inputs = session.InputMetadata;
        if (inputs.Count != 1 || (asked is not null && !inputs.ContainsKey(asked)))
        {
            string wanted = asked is null ? Expected : $"the one input '{asked}'";
            throw new InvalidInputException(file, wanted, DescribeAll(inputs));
        }

        (string name, NodeMetadata node) = inputs.First();
        bool isImage = node.IsTensor && node.Dimensions.Length == 4
            && node.ElementDataType is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.UInt8
            && node.Dimensions[0] is 1 or < 0
            && node.Dimensions[1] is 3 or < 0
            && node.Dimensions[2] != 0 && node.Dimensions[3] != 0;
        return isImage ? (name, node) : throw new InvalidInputException(file, Expected, DescribeAll(inputs));
    }

    private static (string Name, NodeMetadata Node) FindOutput(InferenceSession session, string file, DenseModelOptions options)
    {
        string? asked = options.OutputName;
        IReadOnlyDictionary<string, NodeMetadata> outputs = session.OutputMetadata;

        // Some exporters leave the shape out; then the first run shows it.
        (string? name, NodeMetadata node) = outputs
            .Where(o => (asked is null || o.Key == asked) && IsFloat(o.Value) && o.Value.Dimensions.Length is 0 or 4)
            .OrderByDescending(o => o.Value.Dimensions.Length)
            .ThenBy(o => o.Key == options.FeatureOutputName)
            .Select(o => (o.Key, o.Value))
            .FirstOrDefault();
        if (name is null || (node.Dimensions.Length == 4 && node.Dimensions[0] is not (1 or < 0)))
        {
            string wanted = asked is null ? "a score output" : $"a score output '{asked}'";
            throw new InvalidInputException(
                file, $"{wanted}, float32 or float16 [N, classes, height, width] with N 1 or open", DescribeAll(outputs));
        }

        return (name, node);
    }

    private static bool IsFloat(NodeMetadata node) =>
        node.IsTensor && node.ElementDataType is TensorElementType.Float or TensorElementType.Float16;

    private static string DescribeAll(IReadOnlyDictionary<string, NodeMetadata> nodes) => nodes.Count == 0
        ? "none"
        : string.Join(", ", nodes.Select(n => $"'{n.Key}' {Describe(n.Value)}"));

    private static string Describe(NodeMetadata node) => node.IsTensor
        ? $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "?" : d.ToString()))}]"
        : $"{node.OnnxValueType}";
}
