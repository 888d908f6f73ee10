using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>
/// What an <see cref="MLContext"/> offers for semantic segmentation: a dense model sees the photo at low resolution, the
/// pixels it is unsure of are found, a sparse network looks at them again at full resolution, both answers are merged.
/// </summary>
public sealed partial class SemanticSegmentationCatalog
{
    private readonly MLContext _context;

    internal SemanticSegmentationCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        Trainers = new SemanticSegmentationTrainers(context);
    }

    /// <summary>Estimators that learn.</summary>
    public SemanticSegmentationTrainers Trainers { get; }

    /// <summary>Compares two columns of label maps. Reads every row once.</summary>
    /// <param name="data">Rows with both columns.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="predictedLabelColumnName">The column of predicted labels.</param>
    /// <param name="options">How to compare; null: all defaults.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">Sizes that differ, an id that is no class, or no labelled pixel.</exception>
    /// <example><code>
    /// SemanticSegmentationMetrics metrics = ml.SemanticSegmentation.Evaluate(model.Transform(data));
    /// Console.WriteLine($"mIoU {metrics.MeanIoU:0.000}");
    /// </code></example>
    public SemanticSegmentationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        SemanticSegmentationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return SegmentationEvaluator.Evaluate(data, labelColumnName, predictedLabelColumnName, options ?? new());
    }

    /// <summary>
    /// Reads rows into memory with the columns that <c>ml.Data.Cache</c> and <c>ShuffleRows</c> drop without a word: photos, label maps, logits, selected pixels. A photo takes
    /// 4 bytes a pixel, a label map 1, logits 4 a class and pixel of their own size.
    /// </summary>
    /// <param name="data">The rows; all are read at once, so a broken one throws here.</param>
    /// <param name="shuffleSeed">Puts the rows into an order that this number gives; null: as they come.</param>
    /// <param name="cancellationToken">Ends the reading between two rows.</param>
    /// <returns>The same columns, which any number of threads may read.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <example><code>IDataView rows = ml.SemanticSegmentation.Cache(data, shuffleSeed: 1);</code></example>
    public IDataView Cache(IDataView data, int? shuffleSeed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new KeptRows(data, shuffleSeed, cancellationToken);
    }

    /// <summary>
    /// Fits on all folds but one and measures on that one, for each fold. Rows of equal key stay together, as photos of one scene must
    /// for the measure to mean something. Models of one dense model estimator share its session: dispose them after the last use.
    /// </summary>
    /// <param name="data">Labelled rows; read several times.</param>
    /// <param name="estimator">What is fitted: a pipeline from these rows to label maps.</param>
    /// <param name="numberOfFolds">2 to the number of different keys.</param>
    /// <param name="labelColumnName">The column of true labels, of the data or made by the pipeline.</param>
    /// <param name="samplingKeyColumnName">A text or number column whose equal values stay together; null: each row by itself.</param>
    /// <param name="seed">Seed of the folds; null: the MLContext's.</param>
    /// <param name="predictedLabelColumnName">The column of predicted labels.</param>
    /// <param name="options">How to compare; null: all defaults.</param>
    /// <returns>A result for each fold.</returns>
    /// <exception cref="ArgumentException">A number of folds out of range, a column missing or of another type.</exception>
    /// <exception cref="InvalidInputException">Sizes that differ, an id that is no class, or no labelled pixel.</exception>
    /// <example><code>
    /// var folds = ml.SemanticSegmentation.CrossValidate(data, ml.SemanticSegmentation.Trainers.SparseRefinement(), samplingKeyColumnName: "Scene");
    /// Console.WriteLine(folds.Average(fold => fold.Metrics.MeanIoU));
    /// </code></example>
    public IReadOnlyList<CrossValidationFold> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string? samplingKeyColumnName = null,
        int? seed = null,
        string predictedLabelColumnName = "PredictedLabel",
        SemanticSegmentationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        Random random = ((IHostEnvironment)_context).Register(nameof(CrossValidate), seed).Rand;
        int[] folds = CrossValidation.Folds(data, numberOfFolds, samplingKeyColumnName, random);
        List<CrossValidationFold> results = [];
        for (int fold = 0; fold < numberOfFolds; fold++)
        {
            var training = new PickedRows(data, [.. folds.Select(f => f != fold)]);
            var heldOut = new PickedRows(data, [.. folds.Select(f => f == fold)]);
            ITransformer model = estimator.Fit(training);
            IDataView scored = model.Transform(heldOut);
            results.Add(new CrossValidationFold(
                fold, model, Evaluate(scored, labelColumnName, predictedLabelColumnName, options), scored));
        }

        return results;
    }

    /// <summary>Sets dense, sparse and merged answers side by side, with time and multiply-adds a stage. Reads every row once.</summary>
    /// <param name="model">A fitted or loaded model with a refiner in it.</param>
    /// <param name="data">What the model takes, not yet transformed, and the true labels.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="options">How to compare; null: all defaults.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">A model without a refiner, a column missing or of another type, no rows.</exception>
    /// <exception cref="InvalidInputException">Sizes that differ, an id that is no class, or no labelled pixel.</exception>
    /// <example><code>
    /// RefinementReport report = ml.SemanticSegmentation.EvaluateRefinement(model, data);
    /// Console.WriteLine($"{report.Initial.Full.MeanIoU:0.000} -> {report.Ensembled.Full.MeanIoU:0.000}");
    /// </code></example>
    public RefinementReport EvaluateRefinement(
        ITransformer model,
        IDataView data,
        string labelColumnName = "Label",
        SemanticSegmentationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return RefinementEvaluator.Evaluate(model, data, labelColumnName, options ?? new());
    }

    /// <summary>
    /// Saves a model with our transformers and ML.NET's in one file, *.sparserefine by convention: weights, the dense model, scopes and
    /// class names are in it. Written beside the target and renamed: a failure leaves what was there.
    /// </summary>
    /// <param name="model">A transformer or chain.</param>
    /// <param name="inputSchema">Schema of the data it takes; null: none is kept. Image columns are lost, as with ML.NET's own format.</param>
    /// <param name="filePath">The file; replaced if it exists.</param>
    /// <exception cref="NotSupportedException">A transformer that neither ML.NET nor this library can save.</exception>
    /// <example><code>ml.SemanticSegmentation.Save(model, data.Schema, "my.sparserefine");</code></example>
    public void Save(ITransformer model, DataViewSchema? inputSchema, string filePath) =>
        ModelWriter.Save(_context, model, inputSchema, filePath);

    /// <summary>Saves a model into a stream.</summary>
    /// <param name="model">A transformer or chain.</param>
    /// <param name="inputSchema">Schema of the data it takes; null: none is kept.</param>
    /// <param name="stream">Where to write; stays open.</param>
    /// <exception cref="NotSupportedException">A transformer that neither ML.NET nor this library can save.</exception>
    /// <example><code>
    /// using var stream = new MemoryStream();
    /// ml.SemanticSegmentation.Save(model, data.Schema, stream);
    /// </code></example>
    public void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream) =>
        ModelWriter.Save(_context, model, inputSchema, stream);

    /// <summary>Loads a saved model. Dispose it (it is a <see cref="Microsoft.ML.Data.TransformerChain{T}"/>) to end the dense model's session.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The saved input schema; null where none was kept.</param>
    /// <param name="allowedAssemblies">
    /// Simple names of own assemblies that the file's <c>CustomMapping</c>s and transformers may come from, beside ML.NET's; null: none.
    /// </param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidInputException">Missing, truncated, foreign, changed, or of a newer version; the message names the file.</exception>
    /// <example><code>ITransformer loaded = ml.SemanticSegmentation.Load("my.sparserefine", out DataViewSchema? schema);</code></example>
    public ITransformer Load(string filePath, out DataViewSchema? inputSchema, IEnumerable<string>? allowedAssemblies = null) =>
        ModelReader.Load(_context, ArchiveReader.Open(filePath, ModelFormat.Kind), out inputSchema, allowedAssemblies ?? []);

    /// <summary>Loads a saved model from a stream.</summary>
    /// <param name="stream">The file's bytes; need not be seekable; stays open.</param>
    /// <param name="inputSchema">The saved input schema; null where none was kept.</param>
    /// <param name="allowedAssemblies">
    /// Simple names of own assemblies that the file's <c>CustomMapping</c>s and transformers may come from, beside ML.NET's; null: none.
    /// </param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidInputException">Truncated, foreign, changed, or of a newer version.</exception>
    /// <example><code>
    /// using var stream = File.OpenRead("my.sparserefine");
    /// ITransformer loaded = ml.SemanticSegmentation.Load(stream, out _);
    /// </code></example>
    public ITransformer Load(Stream stream, out DataViewSchema? inputSchema, IEnumerable<string>? allowedAssemblies = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelReader.Load(_context, ArchiveReader.Open(stream, "model stream", ModelFormat.Kind), out inputSchema, allowedAssemblies ?? []);
    }

    /// <summary>Tells what a model file holds; checks its hashes, builds nothing.</summary>
    /// <param name="filePath">The file.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Load(string, out DataViewSchema?, IEnumerable{string}?)"/>.</exception>
    /// <example><code>
    /// foreach (SavedPart part in ml.SemanticSegmentation.Describe("my.sparserefine").Parts)
    /// {
    ///     Console.WriteLine(part.Kind);
    /// }
    /// </code></example>
    public SavedModelDescription Describe(string filePath) => ModelReader.Describe(ArchiveReader.Open(filePath, ModelFormat.Kind));
}
