using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using SparseRefine.Onnx;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <content>Ways to open a model.</content>
public sealed partial class SegmentationModel
{
    /// <summary>Opens a model file.</summary>
    /// <param name="path">A <c>.sparserefine</c> file, read once and closed.</param>
    /// <param name="options">Threads, device and limits; null: all defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or of a newer version, or a pipeline that does not lead from a photo to labels.</exception>
    public static SegmentationModel Load(string path, SegmentationModelOptions? options = null)
    {
        byte[] bytes = ArchiveReader.ReadFile(path, ModelFormat.Kind);
        return path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && !bytes.AsSpan().StartsWith("PK"u8)
            ? throw new InvalidInputException(path, "a fitted pipeline (*.sparserefine)", "a dense model, which SegmentationModel.FromOnnx opens")
            : Load(bytes, path, options);
    }

    /// <summary>Opens a model file from a stream.</summary>
    /// <param name="stream">The file's bytes; read to the end, need not be seekable, stays open.</param>
    /// <param name="options">Threads, device and limits; null: all defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">As for a path.</exception>
    public static SegmentationModel Load(Stream stream, SegmentationModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return Load(bytes.ToArray(), "model stream", options);
    }

    /// <summary>Opens a model file from memory.</summary>
    /// <param name="bytes">The file's bytes; not kept.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Threads, device and limits; null: all defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">As for a path.</exception>
    public static SegmentationModel Load(byte[] bytes, string name = "model", SegmentationModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new SegmentationModelOptions();
        MLContext context = ContextOf(options);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        ArchiveReader file = ArchiveReader.Open(new MemoryStream(bytes, writable: false), name, ModelFormat.Kind);
        SavedModelDescription description = ModelReader.Describe(file);
        ModelParts parts = new(ModelReader.Load(context, file, out DataViewSchema? schema, options.AllowedAssemblies, Machine.Of(context, options)));
        return new(name, options, context, parts, schema, description, new Lazy<string>(hash), new SharedSessions(parts.Owned));
    }

    /// <summary>Opens a dense ONNX model by itself, without a refiner.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="dense">How it sees photos; threads and device are those of <paramref name="options"/> where it names none. Null: all defaults.</param>
    /// <param name="classes">Names and colors of its classes; null: unknown.</param>
    /// <param name="options">Threads, device and limits; null: all defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Not such a model, or one of another number of classes.</exception>
    public static SegmentationModel FromOnnx(
        string path, DenseModelOptions? dense = null, ClassList? classes = null, SegmentationModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FromOnnx(path, new(dense ?? new()) { ModelFile = path }, classes, options);
    }

    /// <summary>Opens a dense ONNX model from memory.</summary>
    /// <param name="bytes">The ONNX file's bytes, without external data; must not be changed afterwards.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="dense">As for a path.</param>
    /// <param name="classes">Names and colors of its classes; null: unknown.</param>
    /// <param name="options">Threads, device and limits; null: all defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">As for a path.</exception>
    public static SegmentationModel FromOnnx(
        byte[] bytes, string name, DenseModelOptions? dense = null, ClassList? classes = null, SegmentationModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromOnnx(name, new(dense ?? new()) { ModelBytes = bytes, ModelName = name }, classes, options);
    }

    /// <summary>Makes a model of a fitted or loaded pipeline.</summary>
    /// <param name="transformer">The pipeline, which stays the caller's: dispose the model first.</param>
    /// <param name="options">
    /// Threads of the refiner, limits, and where the whole pipeline runs as one graph; null: all defaults. The pipeline's dense model by itself keeps its own threads and device.
    /// </param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">The pipeline does not lead from a photo to labels.</exception>
    public static SegmentationModel FromTransformer(ITransformer transformer, SegmentationModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        options ??= new SegmentationModelOptions();
        return new(
            "model",
            options,
            ContextOf(options),
            new ModelParts(transformer),
            null,
            null,
            new Lazy<string>(() => throw new NotSupportedException("Hash: expected a model that was opened from a file, got one of a transformer")),
            new SharedSessions([]));
    }

    private static SegmentationModel FromOnnx(
        string name, DenseSegmentationEstimator.Options columns, ClassList? classes, SegmentationModelOptions? options)
    {
        options ??= new SegmentationModelOptions();
        MLContext context = ContextOf(options);
        DenseSegmentationTransformer dense;
        try
        {
            Machine machine = Machine.Of(context, options);
            dense = new(
                (DenseSegmentationEstimator.Options)(columns.GpuDeviceId is null ? machine.Place(columns) : columns.In(context)) with
                {
                    PredictedLabelColumnName = "PredictedLabel",
                    ClassList = classes,
                    IntraOpNumThreads = columns.IntraOpNumThreads == 0 ? options.Threads : columns.IntraOpNumThreads,
                },
                context);
        }
        catch (InvalidInputException e) when (e.InputSource == ClassColors.Name)
        {
            throw new InvalidInputException(name, e);
        }

        ModelParts parts = new(dense);
        Lazy<string> hash = new(() =>
        {
            JsonObject sees = [];
            DenseModelOptionsText.Write(dense.Model.Options, sees);
            sees.Remove("gpuDeviceId");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dense.Model.Contents + sees.ToJsonString())));
        });
        return new(name, options, context, parts, null, null, hash, new SharedSessions(parts.Owned));
    }

    // A seed, so that nothing that a pipeline does by chance differs from run to run.
    private static MLContext ContextOf(SegmentationModelOptions options) => options.Context ?? new MLContext(seed: 1);
}
