using Google.Protobuf;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>The bytes of an ONNX file and what they hold; made only of bytes that really are a model.</summary>
internal sealed class OnnxFile
{
    private OnnxFile(string name, string? path, byte[] bytes, ModelProto model)
    {
        Name = name;
        Path = path;
        Bytes = bytes;
        Model = model;
    }

    /// <summary>What errors call the file.</summary>
    public string Name { get; }

    /// <summary>Where it lies, if it came from a file.</summary>
    public string? Path { get; }

    public byte[] Bytes { get; }

    public ModelProto Model { get; }

    /// <summary>Whether some weights lie in other files beside it, so that ONNX Runtime needs its path.</summary>
    public bool HasExternalData =>
        Model.Graph.Initializer.Any(t => t.DataLocation == TensorProto.Types.DataLocation.External);

    /// <summary>The model with one more of its values as an output.</summary>
    /// <param name="value">An output, or what a node of the graph makes.</param>
    /// <returns>This file where the value is an output already.</returns>
    public OnnxFile WithOutput(string value)
    {
        if (Model.Graph.Output.Any(output => output.Name == value))
        {
            return this;
        }

        if (!Model.Graph.Node.Any(node => node.Output.Contains(value)))
        {
            throw new InvalidInputException(
                Name,
                $"a value '{value}' in the graph (FeatureOutputName)",
                $"none; outputs: {string.Join(", ", Model.Graph.Output.Select(o => $"'{o.Name}'"))}");
        }

        if (HasExternalData)
        {
            throw new InvalidInputException(
                Name, $"'{value}' (FeatureOutputName) to be an output, as weights lie in other files", "an inner value");
        }

        // Protobuf merges two messages that stand one after the other: the lists of the second are appended to those of the first. So the bytes of the
        // model, followed by a model that holds one output only, are the model with one more output.
        var addition = new ModelProto { Graph = new GraphProto() };
        addition.Graph.Output.Add(new ValueInfoProto { Name = value });
        return Parse([.. Bytes, .. addition.ToByteArray()], Name, Path);
    }

    public static OnnxFile Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidInputException(path, "an ONNX file", "a folder");
        }

        if (!File.Exists(path))
        {
            throw new InvalidInputException(path, "an ONNX file", "none (it does not exist)");
        }

        try
        {
            return Parse(File.ReadAllBytes(path), path, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "a readable ONNX file", OneLine.Of(e), e);
        }
    }

    public static OnnxFile Parse(byte[] bytes, string name, string? path = null)
    {
        if (bytes.Length == 0)
        {
            throw new InvalidInputException(name, "an ONNX file", "0 bytes");
        }

        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidInputException(
                name, "an ONNX file", $"{bytes.Length} bytes that are another format or cut short", e);
        }

        if (!model.HasIrVersion || model.Graph is null || model.Graph.Node.Count == 0 || model.OpsetImport.Count == 0)
        {
            throw new InvalidInputException(
                name, "an ONNX file", $"{bytes.Length} bytes without version, operator set or graph");
        }

        return new OnnxFile(name, path, bytes, model);
    }
}
