using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Sessions;

/// <summary>The image input and score output of a model, found and checked once. Sizes that the model leaves open are -1.</summary>
internal sealed class ModelSignature
{
    public ModelSignature(InferenceSession session, GraphProto graph, string file, DenseModelOptions options)
    {
        (InputName, NodeMetadata input) = FindInput(session, file, options);
        InputType = input.ElementDataType;
        IsChannelsLast = LayoutOf(InputName, input, graph, file, options.InputLayout) == TensorLayout.ChannelsLast;
        Height = input.Dimensions[IsChannelsLast ? 1 : 2];
        Width = input.Dimensions[IsChannelsLast ? 2 : 3];
        (OutputName, NodeMetadata output) = FindOutput(session, file, options);
        OutputType = output.ElementDataType;
        ThrowUnlessFeatures(session, file, options.FeatureOutputName);
        FeatureLayout = options.FeatureOutputName is string features ? LayoutRule.OfOutput(graph, features) : TensorLayout.Auto;
        Scores = new ScoreShape(file, OutputName, output.Dimensions, options.OutputLayout, graph);
        Classes = Scores.DeclaredClasses(output.Dimensions, Height, Width);
        TakesBatches = input.Dimensions[0] < 0 && (output.Dimensions.Length == 0 || output.Dimensions[0] < 0);
    }

    public string InputName { get; }

    public TensorElementType InputType { get; }

    /// <summary>Whether the input is [N, height, width, 3].</summary>
    public bool IsChannelsLast { get; }

    public int Height { get; }

    public int Width { get; }

    public string OutputName { get; }

    public TensorElementType OutputType { get; }

    /// <summary>What the graph tells of where the channels of the features stand.</summary>
    public TensorLayout FeatureLayout { get; }

    /// <summary>Where the classes of the scores stand.</summary>
    public ScoreShape Scores { get; }

    /// <summary>Number of classes, 2 for a binary model of one channel; -1: only a run shows it.</summary>
    public int Classes { get; }

    /// <summary>Whether input and output leave the number of photos open.</summary>
    public bool TakesBatches { get; }

    /// <summary>Whether the graph leaves both sides of the image open.</summary>
    public bool TakesAnySize => Height < 0 && Width < 0;

    private static void ThrowUnlessFeatures(InferenceSession session, string file, string? name)
    {
        if (name is not null && name != DenseModelOptions.AutoFeatures
            && session.OutputMetadata[name] is NodeMetadata node
            && !(IsFloat(node) && node.Dimensions.Length is 0 or 4 && (node.Dimensions.Length == 0 || node.Dimensions[0] is 1 or < 0)))
        {
            throw new InvalidInputException(
                file, $"'{name}' (FeatureOutputName, --dense-features) to be float32 or float16 [N, channels, height, width] or [N, height, width, channels]", Describe(node));
        }
    }

    private static TensorLayout LayoutOf(string name, NodeMetadata input, GraphProto graph, string file, TensorLayout asked)
    {
        bool first = MayBeColors(input.Dimensions, 1, asked);
        bool last = MayBeColors(input.Dimensions, 3, asked);
        TensorLayout layout = asked != TensorLayout.Auto ? asked
            : first != last ? (first ? TensorLayout.ChannelsFirst : TensorLayout.ChannelsLast)
            : input.Dimensions[1] != input.Dimensions[3] ? (input.Dimensions[1] == 3 ? TensorLayout.ChannelsFirst : TensorLayout.ChannelsLast)
            : LayoutRule.OfInput(graph, name);
        if (layout == TensorLayout.Auto)
        {
            throw new InvalidInputException(
                file, $"input '{name}' to tell which axis is that of 3 colors, or an input layout (--input-layout) to say it", Describe(input));
        }

        return (layout == TensorLayout.ChannelsFirst ? first : last)
            ? layout
            : throw new InvalidInputException(
                file, layout == TensorLayout.ChannelsFirst ? $"input '{name}' [N, 3, height, width]" : $"input '{name}' [N, height, width, 3]", Describe(input));
    }

    // An open axis may be that of colors, but a model has both sides of its photos fixed or both open: [N, 4, open, open] takes four channels, not rows of four pixels.
    private static bool MayBeColors(int[] dimensions, int axis, TensorLayout asked) => dimensions[axis] == 3
        || (dimensions[axis] < 0 && (asked != TensorLayout.Auto || (dimensions[2] < 0) == (dimensions[4 - axis] < 0)));

    private static (string Name, NodeMetadata Node) FindInput(InferenceSession session, string file, DenseModelOptions options)
    {
        const string Expected = "an image input, one of float32, float16 or uint8 [N, 3, height, width] or [N, height, width, 3] with N 1 or open";
        string? asked = options.InputName;
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
            && (MayBeColors(node.Dimensions, 1, options.InputLayout) || MayBeColors(node.Dimensions, 3, options.InputLayout))
            && node.Dimensions.All(d => d != 0);
        return isImage ? (name, node) : throw new InvalidInputException(file, Expected, DescribeAll(inputs));
    }

    private static (string Name, NodeMetadata Node) FindOutput(InferenceSession session, string file, DenseModelOptions options)
    {
        string? asked = options.OutputName;
        IReadOnlyDictionary<string, NodeMetadata> outputs = session.OutputMetadata;

        // Some exporters leave the shape out; then the first run shows it. Features are the scores only where nothing else can be.
        List<(string Name, NodeMetadata Node)> found = [.. outputs
            .Where(o => (asked is null || o.Key == asked) && IsFloat(o.Value) && o.Value.Dimensions.Length is 0 or 3 or 4)
            .OrderBy(o => o.Key == options.FeatureOutputName)
            .ThenBy(o => o.Value.Dimensions.Length switch { 4 => 0, 0 => 1, _ => 2 })
            .Select(o => (o.Key, o.Value))];
        (string? name, NodeMetadata node) = found.FirstOrDefault();
        var rivals = found.Where(o => o.Name != options.FeatureOutputName && CouldBeScores(o.Node, node)).ToList();
        if (rivals.Count > 1)
        {
            throw new InvalidInputException(
                file, "one score output, or an output name (--output-name) to choose by", string.Join(", ", rivals.Select(o => $"'{o.Name}' {Describe(o.Node)}")));
        }

        if (name is null || (node.Dimensions.Length > 0 && node.Dimensions[0] is not (1 or < 0)))
        {
            string wanted = asked is null ? "a score output" : $"a score output '{asked}'";
            throw new InvalidInputException(
                file, $"{wanted}, float32 or float16 [N, classes, height, width], [N, height, width, classes] or, binary, [N, height, width], with N 1 or open", DescribeAll(outputs));
        }

        return (name, node);
    }

    // As much of its shape is known as of the best candidate's, and in one order or the other it has 1 to 255 classes.
    private static bool CouldBeScores(NodeMetadata node, NodeMetadata best) =>
        node.Dimensions.Length == best.Dimensions.Length
        && (node.Dimensions.Length != 4 || node.Dimensions[1] <= 255 || node.Dimensions[3] <= 255);

    private static bool IsFloat(NodeMetadata node) =>
        node.IsTensor && node.ElementDataType is TensorElementType.Float or TensorElementType.Float16;

    private static string DescribeAll(IReadOnlyDictionary<string, NodeMetadata> nodes) => nodes.Count == 0
        ? "none"
        : string.Join(", ", nodes.Select(n => $"'{n.Key}' {Describe(n.Value)}"));

    private static string Describe(NodeMetadata node) => node.IsTensor
        ? $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "?" : d.ToString()))}]"
        : $"{node.OnnxValueType}";
}
