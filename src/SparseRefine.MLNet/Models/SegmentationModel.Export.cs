using System.Text.Json;
using Google.Protobuf;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.MLNet;

/// <content>The model as one ONNX graph.</content>
public sealed partial class SegmentationModel
{
    /// <summary>
    /// Writes the whole model, from a photo to labels, as one ONNX graph of standard operators, which runs wherever ONNX runs: resizing and normalising, dense model,
    /// selection, sparse network, ensembler. Its labels are those of <see cref="Predict(string, RefinementParts, CancellationToken)"/> but for pixels where two classes tie within rounding.
    /// </summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="options">What it takes and gives; null: <c>image</c>, uint8 [1, height, width, 3], in, and <c>labels</c>, uint8 [1, height, width], out.</param>
    /// <remarks>Weights of 2 GB and more lie beside the file, in one of its name and <c>.data</c>.</remarks>
    /// <exception cref="InvalidInputException">Something in the model that cannot be exported; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write it.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <example>
    /// <code>
    /// using var model = SegmentationModel.Load("fundus.sparserefine");
    /// model.ExportOnnx("fundus.onnx");
    /// </code>
    /// </example>
    public void ExportOnnx(string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (ModelProto graph, string? source) = BuildGraph(options);
        GraphFile.Write(path, graph, source);
    }

    /// <summary>The same in memory.</summary>
    /// <param name="options">As for a file.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="InvalidInputException">Something in the model that cannot be exported, or weights of 2 GB and more, which need a file.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public byte[] ExportOnnx(OnnxExportOptions? options = null) => InMemory(BuildGraph(options).Graph);

    private (ModelProto Graph, string? Source) BuildGraph(OnnxExportOptions? options)
    {
        options ??= new OnnxExportOptions();
        options.Validate();
        Enter();
        try
        {
            return BuildGraph(options, Refiner?.Classes ?? CountClasses());
        }
        finally
        {
            _sessions.Leave();
        }
    }

    private (ModelProto Graph, string? Source) BuildGraph(OnnxExportOptions options, int classes)
    {
        try
        {
            if (Dense is null && options.Input != OnnxInput.ImageAndLogits)
            {
                throw new InvalidInputException("dense model", "one of its own, or image and logits to come in", "none");
            }

            if (!_parts.IsDirect && (options.Input != OnnxInput.ImageAndLogits || Refiner is null))
            {
                string[] others = [.. _parts.BehindLoader.Where(part => part is not (DenseSegmentationTransformer or SparseRefinementTransformer)).Select(part => part.GetType().Name)];
                throw new InvalidInputException("pipeline", "a dense model and a refiner behind it, and nothing else", string.Join(", ", others));
            }

            OnnxFile? file = options.Input == OnnxInput.ImageAndLogits ? null : _parts.Dense!.ReadFile();
            return (GraphExport.Build(Dense, file, Refiner, classes, options, Metadata(options, file)), file?.Path);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(Name, e);
        }
    }

    // For a session of this model's own, while a photo is in flight: the model may have been disposed meanwhile.
    private OnnxFile OpenGraph() => OnnxFile.Parse(InMemory(BuildGraph(new OnnxExportOptions { Outputs = GraphSession.Outputs, BlockValues = 1 << 24 }, Refiner?.Classes ?? 0).Graph), Name);

    private byte[] InMemory(ModelProto graph) => GraphFile.IsLarge(graph, ExternalWeights.MaxEmbedded)
        ? throw new InvalidInputException(Name, "weights of less than 2 GB for a graph in memory", "more; write it to a file")
        : graph.ToByteArray();

    // What a reader of the graph needs beside its inputs and outputs, and what the dense model's file says of itself.
    private IEnumerable<(string Key, string Value)> Metadata(OnnxExportOptions options, OnnxFile? file)
    {
        yield return ("producer", $"SparseRefine.MLNet {typeof(SegmentationModel).Assembly.GetName().Version?.ToString(3)}");
        if (Classes is ClassList classes)
        {
            yield return ("class_names", JsonSerializer.Serialize(classes.Names));
            yield return ("class_colors", Convert.ToHexStringLower(classes.Palette[..(3 * classes.Count)]));
        }

        yield return ("preprocessing", options.Input switch
        {
            OnnxInput.Pixels => "none: pixels are red, green, blue of 0 to 255, in the photo's own size, turned upright; resizing and normalising are in the graph",
            OnnxInput.Image => "none: image is red, green, blue bytes in the photo's own size, turned upright; resizing and normalising are in the graph",
            _ => "image is red, green, blue bytes in the photo's own size, turned upright; logits are the dense model's scores before softmax, at its own resolution",
        });
        if (options.Input != OnnxInput.ImageAndLogits && Dense is DenseModel dense)
        {
            DenseModelOptions sees = dense.Options;
            yield return ("dense_model", FormattableString.Invariant(
                $"{sees.Interpolation} resize; mean {string.Join(',', sees.Mean)}; std {string.Join(',', sees.Std)}; {sees.ChannelOrder}"));
        }

        if (Refiner is SparseRefiner refiner)
        {
            yield return ("refiner", $"selector {refiner.Selector.Describe()}; features {refiner.Features.Describe()}; planes {string.Join(',', refiner.Network.Planes)}; reps {refiner.Network.Reps}");
        }

        if (options.License is string license)
        {
            yield return ("license", license);
        }

        foreach (StringStringEntryProto entry in file is null ? [] : file.Model.MetadataProps)
        {
            yield return ($"dense.{entry.Key}", entry.Value);
        }
    }
}
