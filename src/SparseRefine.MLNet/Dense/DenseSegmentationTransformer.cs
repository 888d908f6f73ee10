using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// Runs a dense ONNX model on an image column: MLImage in, <see cref="LogitMap"/> at the model's own resolution out.
/// The transformer owns the ONNX session, and the program that fitted or loaded the transformer disposes it (a prediction engine does, unless told not to).
/// </summary>
public sealed class DenseSegmentationTransformer : RowMappingTransformer, IDisposable
{
    internal const string Kind = "dense-model";
    private readonly DenseSegmentationEstimator.Options _options;
    private readonly IHostEnvironment? _environment;
    private readonly int? _classes;
    private readonly Lazy<string> _identity;
    private LogitScan? _idle;
    private long _runs;

    /// <param name="options">Columns, model and manner.</param>
    /// <param name="environment">Whose log is told of a fall back to the CPU; null: none.</param>
    internal DenseSegmentationTransformer(DenseSegmentationEstimator.Options options, IHostEnvironment? environment)
    {
        if ((options.ModelFile is null) == (options.ModelBytes is null))
        {
            throw new ArgumentException("ModelFile, ModelBytes: expected one of them, got both or none");
        }

        _options = options;
        _environment = environment;
        Model = Open(options);
        _identity = new(() => Identify(Model));

        // What is saved, and opened again with other threads, names the features that were found.
        _options = options with { FeatureOutputName = Model.Options.FeatureOutputName };

        // Some graphs say their class count only when run; the schema must not change then.
        _classes = Model.Classes;
        try
        {
            ClassColors.ThrowUnlessFits(options.ClassList, _classes);
            if (options.BatchSize > 1 && !Model.TakesBatches)
            {
                throw new InvalidInputException(
                    Model.Name, $"a model with an open first axis for BatchSize {options.BatchSize}", "one that takes a single photo");
            }
        }
        catch
        {
            Model.Dispose();
            throw;
        }
    }

    /// <summary>The model.</summary>
    public DenseModel Model { get; }

    /// <summary>How many photos the model has scored so far, over all data views and engines.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>The ONNX file's bytes, read anew where it was opened from a path; weights in other files of its folder are in them.</summary>
    public byte[] ModelBytes => _options.ModelBytes ?? DenseModel.ReadBytes(_options.ModelFile!);

    /// <summary>The ONNX file, read anew. Weights in files beside it stay there where they are too many for one message.</summary>
    internal OnnxFile ReadFile() => _options.ModelFile is string path ? OnnxFile.Load(path) : OnnxFile.Parse(_options.ModelBytes!, Model.Name);

    internal bool IsDisposed { get; private set; }

    internal string ImageColumn => _options.ImageColumnName;

    internal string OutputColumn => _options.OutputColumnName;

    internal string? LabelsColumn => _options.PredictedLabelColumnName;

    internal ClassList? ClassList => _options.ClassList;

    internal override string PartKind => Kind;

    /// <summary>Opens the same ONNX file again, in a session of its own, to run it with other threads or at another scale.</summary>
    /// <param name="modelOptions">How the new model sees photos and where it runs.</param>
    /// <returns>A model that the caller disposes; it does not count in <see cref="Runs"/>.</returns>
    /// <exception cref="InvalidInputException">As for the constructors of <see cref="DenseModel"/>.</exception>
    public DenseModel Open(DenseModelOptions modelOptions)
    {
        DenseModel model = _options.ModelFile is not null
            ? new DenseModel(_options.ModelFile, modelOptions)
            : new DenseModel(_options.ModelBytes!, _options.ModelName ?? "ONNX model", modelOptions);
        if (model.FallbackReason is not null && _environment?.Register(nameof(DenseModel)) is IHost host)
        {
            using IChannel channel = host.Start("Open");
            channel.Warning(MessageSensitivity.None, "{0}: {1}; the CPU serves instead", model.Name, model.FallbackReason);
        }

        return model;
    }

    /// <summary>Ends the ONNX session. No row may be in flight.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        Model.Dispose();
    }

    /// <summary>Scores a photo and counts it.</summary>
    internal LogitMap Score(ImageView photo, CancellationToken cancellation)
    {
        Count(1);
        return Model.Run(photo, cancellation);
    }

    /// <summary>The class of the largest bilinear logit of every pixel.</summary>
    internal LabelMap Labels(LogitMap logits, int height, int width, Workers workers) =>
        LogitScan.Label(ref _idle, logits, height, width, Interpolation.Bilinear, workers);

    internal override RowMappingTransformer WithThreads(int threads) =>
        new DenseSegmentationTransformer(_options with { IntraOpNumThreads = threads }, _environment);

    internal override void ReleaseBuffers()
    {
        Volatile.Write(ref _idle, null);
        Model.ReleaseBuffers();
    }

    internal static DenseSegmentationTransformer ReadPart(PartReader part, MLContext context) => new(
        new DenseSegmentationEstimator.Options(DenseModelOptionsText.Read(part))
        {
            OutputColumnName = part.Text("output"),
            PredictedLabelColumnName = part.OptionalText("labels"),
            ImageColumnName = part.Text("image"),
            ModelBytes = part.Entry("model.onnx"),
            ModelName = part.EntryPath("model.onnx"),
            BatchSize = part.OptionalInteger("batchSize") ?? 1,
            ClassList = part.Classes,
        },
        context);

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["labels"] = _options.PredictedLabelColumnName;
        part.Options["image"] = _options.ImageColumnName;
        part.Options["batchSize"] = _options.BatchSize;
        part.SetClasses(_options.ClassList);
        DenseModelOptionsText.Write(_options, part.Options);
        part.AddEntry("model.onnx", ModelBytes);
    }

    /// <summary>What a model's logits depend on: the file and how it sees photos, not where it runs.</summary>
    internal static string Identify(DenseModel model)
    {
        JsonObject facts = [];
        DenseModelOptionsText.Write(model.Options with { GpuDeviceId = null, FeatureOutputName = null }, facts);
        facts["sha256"] = model.Contents;
        return facts.ToJsonString();
    }

    /// <summary>The columns that a dense model adds; <paramref name="model"/> tells which it is, once there is one.</summary>
    internal static IReadOnlyList<MappedColumn> Describe(
        InputColumns input, string image, string logits, string? labels, int? classes, ClassList? classList, Func<string> model)
    {
        input.RequireImage(image);
        DataViewSchema.Annotations annotations = ClassAnnotations.WithModel(ClassAnnotations.ForLogits(classList, null, new(classes, null, null)), model);
        List<MappedColumn> columns = [new MappedColumn(logits, ColumnTypes.LogitMap, [image], annotations)];
        if (labels is not null)
        {
            columns.Add(new MappedColumn(labels, ColumnTypes.LabelMap, [image], ClassAnnotations.ForLabels(classList)));
        }

        return columns;
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input) => Describe(
        input,
        _options.ImageColumnName,
        _options.OutputColumnName,
        _options.PredictedLabelColumnName,
        _classes,
        _options.ClassList,
        () => _identity.Value);

    internal override DataViewRowCursor Feed(DataViewRowCursor input, bool[] active)
    {
        if (_options.BatchSize == 1)
        {
            return input;
        }

        int index = input.Schema[_options.ImageColumnName].Index;
        SharedImage image = SharedImage.Of(input, input.Schema[index]);
        return new ReadAheadCursor(
            input,
            column => active[column.Index],
            column => column.Index == index ? image : SharedImage.Of(input, column),
            _options.BatchSize,
            new DenseWindow(Model.CreateBatch(), image, _options.ImageColumnName, Count));
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Memo<LogitMap> logits;
        Func<(int Height, int Width)> size;
        if (scope.Input is ReadAheadCursor { Window: DenseWindow window } ahead)
        {
            logits = new(scope.Input, () => window.Logits(ahead.Slot));
            size = () => window.Size(ahead.Slot);
        }
        else
        {
            SharedImage image = scope.Image(_options.ImageColumnName);
            LogitMap? previous = null;
            logits = new(scope.Input, () =>
            {
                // The map of the row before is nobody's any more unless somebody outside has been handed it.
                if (previous is not null && !scope.IsShown(0))
                {
                    Model.Recycle(previous);
                }

                previous = null;
                return previous = Score(Images.View(image.Value, _options.ImageColumnName), default);
            });
            size = () => (image.Value!.Height, image.Value.Width);
        }

        if (_options.PredictedLabelColumnName is null)
        {
            return [scope.Getter(logits)];
        }

        Workers workers = new(_options.IntraOpNumThreads);
        var labels = new Memo<LabelMap>(scope.Input, () =>
        {
            LogitMap map = logits.Value;
            (int height, int width) = size();
            return Labels(map, height, width, workers);
        });
        return [scope.Getter(logits), scope.Getter(labels)];
    }

    private void Count(int photos) => Interlocked.Add(ref _runs, photos);
}
