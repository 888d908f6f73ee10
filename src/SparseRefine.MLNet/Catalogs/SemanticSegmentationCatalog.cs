using Microsoft.ML;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// What an <see cref="MLContext"/> offers for semantic segmentation: a dense model sees the photo at low resolution, the
/// pixels it is unsure of are found, a sparse network looks at them again at full resolution, both answers are merged.
/// </summary>
public sealed class SemanticSegmentationCatalog
{
    private readonly MLContext _context;

    internal SemanticSegmentationCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ColumnTypeRegistry.Register();
        _context = context;
        Trainers = new SemanticSegmentationTrainers(context);
    }

    /// <summary>Estimators that learn.</summary>
    public SemanticSegmentationTrainers Trainers { get; }

    /// <summary>Reads label maps from index PNGs.</summary>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="folder">Folder that relative paths start from; null: the current one.</param>
    /// <param name="pathColumnName">The text column of paths; null: the same name as the output.</param>
    /// <returns>The estimator.</returns>
    public LabelMapLoadingEstimator LoadLabelMaps(
        string outputColumnName, string? folder = null, string? pathColumnName = null) =>
        LoadLabelMaps(new LabelMapLoadingOptions
        {
            OutputColumnName = outputColumnName,
            Folder = folder,
            PathColumnName = pathColumnName,
        });

    /// <summary>Reads label maps from index PNGs.</summary>
    /// <param name="options">Columns and checks.</param>
    /// <returns>The estimator.</returns>
    public LabelMapLoadingEstimator LoadLabelMaps(LabelMapLoadingOptions options) => new(options);

    /// <summary>Scores photos with an ONNX model file.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="modelFile">Path of the ONNX file.</param>
    /// <param name="options">How it sees photos and where it runs; null: all defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">The file is missing or no such model.</exception>
    public DenseModelEstimator DenseModel(
        string outputColumnName, string imageColumnName, string modelFile, DenseModelOptions? options = null) =>
        DenseModel(new DenseSegmentationOptions
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            ModelFile = modelFile,
            Model = options,
        });

    /// <summary>Scores photos with an ONNX model from a stream.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="model">The ONNX file's bytes; read to the end, stays open.</param>
    /// <param name="options">How it sees photos and where it runs; null: all defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">Not such a model.</exception>
    public DenseModelEstimator DenseModel(
        string outputColumnName, string imageColumnName, Stream model, DenseModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var bytes = new MemoryStream();
        model.CopyTo(bytes);
        return DenseModel(new DenseSegmentationOptions
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            ModelBytes = bytes.ToArray(),
            Model = options,
        });
    }

    /// <summary>Scores photos with an ONNX model.</summary>
    /// <param name="options">Columns, model and manner.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">The file is missing or no such model.</exception>
    public DenseModelEstimator DenseModel(DenseSegmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DenseModelEstimator(
            options,
            DenseModelOptionsText.WithDefaults(options.Model, _context.GpuDeviceId, _context.FallbackToCpu));
    }

    /// <summary>Finds the pixels that a dense model is unsure of.</summary>
    /// <param name="outputColumnName">The column to add, of pixel selections.</param>
    /// <param name="logitsColumnName">The column of logits.</param>
    /// <param name="imageColumnName">The image column, of which only the size is used.</param>
    /// <param name="selector">"entropy:0.3", "fraction:0.1" or "margin:0.2".</param>
    /// <returns>The estimator.</returns>
    public PixelSelectionEstimator SelectPixels(
        string outputColumnName, string logitsColumnName, string imageColumnName, string selector = "entropy:0.3") =>
        SelectPixels(new PixelSelectionOptions
        {
            OutputColumnName = outputColumnName,
            LogitsColumnName = logitsColumnName,
            ImageColumnName = imageColumnName,
            Selector = PixelSelector.Parse(selector),
        });

    /// <summary>Finds the pixels that a dense model is unsure of.</summary>
    /// <param name="options">Columns and rule.</param>
    /// <returns>The estimator.</returns>
    public PixelSelectionEstimator SelectPixels(PixelSelectionOptions options) => new(options);

    /// <summary>Merges dense and sparse answers without training.</summary>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="logitsColumnName">The column of logits.</param>
    /// <param name="selectionColumnName">The column of selected pixels.</param>
    /// <param name="sparseLogitsColumnName">The column of the sparse network's logits.</param>
    /// <param name="method">How to merge.</param>
    /// <returns>The estimator.</returns>
    public EnsemblingEstimator Ensemble(
        string outputColumnName,
        string logitsColumnName,
        string selectionColumnName,
        string sparseLogitsColumnName,
        EnsembleMethod method = EnsembleMethod.Entropy) => Ensemble(new EnsemblingOptions
        {
            OutputColumnName = outputColumnName,
            LogitsColumnName = logitsColumnName,
            SelectionColumnName = selectionColumnName,
            SparseLogitsColumnName = sparseLogitsColumnName,
            Method = method,
        });

    /// <summary>Merges dense and sparse answers without training.</summary>
    /// <param name="options">Columns and manner.</param>
    /// <returns>The estimator.</returns>
    public EnsemblingEstimator Ensemble(EnsemblingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new EnsemblingEstimator(options);
    }

    /// <summary>Copies label maps into vectors of bytes, row-major.</summary>
    /// <param name="outputColumnName">The column to add.</param>
    /// <param name="inputColumnName">The column of label maps; null: the same name.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToVectorEstimator LabelMapToVector(string outputColumnName, string? inputColumnName = null) =>
        new(outputColumnName, inputColumnName ?? outputColumnName);

    /// <summary>Paints label maps in their classes' colours.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="inputColumnName">The column of label maps; null: the same name.</param>
    /// <param name="classes">The colours; null: a fixed palette.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator LabelMapToImage(
        string outputColumnName, string? inputColumnName = null, ClassList? classes = null) =>
        new(outputColumnName, inputColumnName ?? outputColumnName, null, classes, 1);

    /// <summary>Lays label maps over their photos.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="labelMapColumnName">The column of label maps.</param>
    /// <param name="imageColumnName">The image column, of the same size.</param>
    /// <param name="classes">The colours; null: a fixed palette.</param>
    /// <param name="opacity">Weight of the colours, 0 to 1.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator Overlay(
        string outputColumnName,
        string labelMapColumnName,
        string imageColumnName,
        ClassList? classes = null,
        float opacity = 0.5f)
    {
        ArgumentException.ThrowIfNullOrEmpty(imageColumnName);
        return new LabelMapToImageEstimator(outputColumnName, labelMapColumnName, imageColumnName, classes, opacity);
    }

    /// <summary>Compares two columns of label maps. Reads every row once.</summary>
    /// <param name="data">Rows with both columns.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="predictedLabelColumnName">The column of predicted labels.</param>
    /// <param name="options">How to compare; null: all defaults.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">Sizes that differ, or an id that is no class.</exception>
    public SemanticSegmentationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        SemanticSegmentationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return SegmentationEvaluator.Evaluate(data, labelColumnName, predictedLabelColumnName, options ?? new());
    }

    /// <summary>Sets dense, sparse and merged answers side by side, with time and multiply-adds a stage. Reads every row once.</summary>
    /// <param name="model">A fitted or loaded model with a refiner in it.</param>
    /// <param name="data">What the model takes, not yet transformed, and the true labels.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="options">How to compare; null: all defaults.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">A model without a refiner, a column missing or of another type, no rows.</exception>
    /// <exception cref="InvalidInputException">Sizes that differ, or an id that is no class.</exception>
    public RefinementReport EvaluateRefinement(
        ITransformer model,
        IDataView data,
        string labelColumnName = "Label",
        SemanticSegmentationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return RefinementReporter.Report(model, data, labelColumnName, options ?? new());
    }

    /// <summary>
    /// Saves a model with our transformers and ML.NET's in one file, *.sparserefine by convention: weights, the dense model, scopes and
    /// class names are in it. Written beside the target and renamed: a failure leaves what was there.
    /// </summary>
    /// <param name="model">A transformer or chain.</param>
    /// <param name="inputSchema">Schema of the data it takes; null: none is kept. Image columns are lost, as with ML.NET's own format.</param>
    /// <param name="filePath">The file; replaced if it exists.</param>
    /// <exception cref="NotSupportedException">A transformer that neither ML.NET nor this library can save.</exception>
    public void Save(ITransformer model, DataViewSchema? inputSchema, string filePath) =>
        ModelWriter.Save(_context, model, inputSchema, filePath);

    /// <summary>Saves a model into a stream.</summary>
    /// <param name="model">A transformer or chain.</param>
    /// <param name="inputSchema">Schema of the data it takes; null: none is kept.</param>
    /// <param name="stream">Where to write; stays open.</param>
    /// <exception cref="NotSupportedException">A transformer that neither ML.NET nor this library can save.</exception>
    public void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream) =>
        ModelWriter.Save(_context, model, inputSchema, stream);

    /// <summary>Loads a saved model. Dispose it (it is a <see cref="Microsoft.ML.Data.TransformerChain{T}"/>) to end the dense model's session.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The saved input schema; null where none was kept.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidInputException">Missing, truncated, foreign, changed, or of a newer version; the message names the file.</exception>
    public ITransformer Load(string filePath, out DataViewSchema? inputSchema) =>
        ModelReader.Load(_context, ModelEntries.Open(filePath), out inputSchema);

    /// <summary>Loads a saved model from a stream.</summary>
    /// <param name="stream">The file's bytes; need not be seekable; stays open.</param>
    /// <param name="inputSchema">The saved input schema; null where none was kept.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidInputException">Truncated, foreign, changed, or of a newer version.</exception>
    public ITransformer Load(Stream stream, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelReader.Load(_context, ModelEntries.Open(stream, "model stream"), out inputSchema);
    }

    /// <summary>Tells what a model file holds; checks its hashes, builds nothing.</summary>
    /// <param name="filePath">The file.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Load(string, out DataViewSchema?)"/>.</exception>
    public SavedModelDescription Describe(string filePath) => ModelReader.Describe(ModelEntries.Open(filePath));
}
