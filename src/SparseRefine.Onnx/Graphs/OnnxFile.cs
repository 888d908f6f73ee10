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

    /// <summary>Whether weights still lie in other files beside it, as together they are more than a message of protobuf holds: ONNX Runtime needs the path.</summary>
    public bool HasExternalData => ExternalWeights.Of(Model).Any();

    /// <summary>The model as it can be kept away from its folder: the bytes hold every weight.</summary>
    /// <exception cref="InvalidInputException">Weights that lie in other files are too large for that.</exception>
    public byte[] SelfContained => !HasExternalData
        ? Bytes
        : throw new InvalidInputException(Name, "weights of less than 2 GB in all, to be saved with the model", "more in files beside it");

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
                $"a value '{value}' in the graph (FeatureOutputName, --dense-features)",
                $"none; the nearest are {NearNames.Of(value, Model.Graph.Output.Select(o => o.Name).Concat(Model.Graph.Node.SelectMany(n => n.Output)))}");
        }

        if (HasExternalData)
        {
            throw new InvalidInputException(
                Name, $"'{value}' (FeatureOutputName, --dense-features) to be an output, as weights lie in other files", "an inner value");
        }

        // Protobuf merges two messages that stand one after the other: the lists of the second are appended to those of the first. So the bytes of the
        // model, followed by a model that holds one output only, are the model with one more output.
        var addition = new ModelProto { Graph = new GraphProto() };
        addition.Graph.Output.Add(new ValueInfoProto { Name = value });
        return ParseAny([.. Bytes, .. addition.ToByteArray()], Name, Path);
    }

    /// <summary>Reads a model with the weights that lie in files beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="embedUpTo">Bytes of weights beside it that are read into the model; where there are more, all stay where they are.</param>
    public static OnnxFile Load(string path, long embedUpTo = ExternalWeights.MaxEmbedded)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidInputException(path, "an ONNX file", "a folder");
        }

        if (!File.Exists(path))
        {
            throw new InvalidInputException(path, "an ONNX file", "no such file");
        }

        try
        {
            OnnxFile file = ParseAny(File.ReadAllBytes(path), path, path);
            return ExternalWeights.Embed(file.Model, path, embedUpTo)
                ? new OnnxFile(path, path, file.Model.ToByteArray(), file.Model)
                : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "a readable ONNX file", OneLine.Of(e), e);
        }
    }

    /// <summary>Reads a model from memory. Nothing tells where its folder would be, so weights in other files are refused.</summary>
    public static OnnxFile Parse(byte[] bytes, string name)
    {
        OnnxFile file = ParseAny(bytes, name, null);
        return ExternalWeights.Of(file.Model).FirstOrDefault() is not TensorProto tensor
            ? file
            : throw new InvalidInputException(
                name,
                "a model that holds its own weights, as it does not come from a file",
                $"tensor '{tensor.Name}' in the file '{ExternalWeights.Location(tensor)}'");
    }

    private static OnnxFile ParseAny(byte[] bytes, string name, string? path)
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
                name,
                "an ONNX file",
                bytes.AsSpan().StartsWith("PK"u8) ? "a zip archive; is it a fitted pipeline (*.sparserefine: --model, SegmentationModel.Load)?" : $"{bytes.Length} bytes that are another format or cut short",
                e);
        }

        if (!model.HasIrVersion || model.Graph is null || model.Graph.Node.Count == 0 || model.OpsetImport.Count == 0)
        {
            throw new InvalidInputException(
                name, "an ONNX file", $"{bytes.Length} bytes without version, operator set or graph");
        }

        return new OnnxFile(name, path, bytes, model);
    }
}
