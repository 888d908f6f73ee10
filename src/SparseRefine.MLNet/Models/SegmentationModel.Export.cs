using System.Text.Json;
using Google.Protobuf;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Persistence;

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
        byte[] graph = ExportOnnx(options);
        AtomicFile.Write(path, graph);
    }

    /// <summary>The same in memory.</summary>
    /// <param name="options">As for a file.</param>
    /// <returns>The file's bytes.</returns>
    /// <inheritdoc cref="ExportOnnx(string, OnnxExportOptions)" path="/exception"/>
    public byte[] ExportOnnx(OnnxExportOptions? options = null)
    {
        options ??= new OnnxExportOptions();
        options.Validate();
        Enter();
        try
        {
            return BuildGraph(options, Refiner?.Classes ?? CountClasses());
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(Name, e);
        }
        finally
        {
            _sessions.Leave();
        }
    }

    private byte[] BuildGraph(OnnxExportOptions options, int classes)
    {
        OnnxFile? file = _parts.Dense is DenseSegmentationTransformer dense ? OnnxFile.Parse(dense.ModelBytes, dense.Model.Name) : null;
        return GraphExport.Build(Dense, file, Refiner, classes, options, Metadata(options, file)).ToByteArray();
    }

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
