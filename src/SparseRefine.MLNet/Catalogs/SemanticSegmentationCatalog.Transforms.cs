using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <content>Estimators that learn nothing; <c>ml.Transforms</c> has them too (<see cref="Microsoft.ML.SegmentationTransformsExtensions"/>).</content>
public sealed partial class SemanticSegmentationCatalog
{
    /// <summary>Decodes photos, upright and with every error named by its file.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="folder">Folder that relative paths start from; null: the current one.</param>
    /// <param name="inputColumnName">The text column of paths, or the column of files' bytes; null: the same name as the output.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var photos = ml.SemanticSegmentation.LoadPhotos("Image", "photos", "ImagePath");</code></example>
    public PhotoLoadingEstimator LoadPhotos(string outputColumnName, string? folder = null, string? inputColumnName = null) =>
        LoadPhotos(new() { OutputColumnName = outputColumnName, Folder = folder, InputColumnName = inputColumnName });

    /// <summary>Decodes photos, upright and with every error named by its file.</summary>
    /// <param name="options">Columns and limits.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var photos = ml.SemanticSegmentation.LoadPhotos(new PhotoLoadingEstimator.Options
    /// {
    ///     InputColumnName = "ImagePath",
    ///     MaxPixels = 50_000_000,
    /// });
    /// </code></example>
    public PhotoLoadingEstimator LoadPhotos(PhotoLoadingEstimator.Options options) => new(options, _context);

    /// <summary>Scores photos with an ONNX model file.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="modelFile">Path of the ONNX file.</param>
    /// <param name="model">How it sees photos and where it runs; null: all defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">The file is missing or no such model.</exception>
    /// <example><code>
    /// var dense = ml.SemanticSegmentation.ApplyDenseModel("Logits", "Image", "dense.onnx", new DenseModelOptions { Scale = 0.25 });
    /// </code></example>
    public DenseSegmentationEstimator ApplyDenseModel(
        string outputColumnName, string imageColumnName, string modelFile, DenseModelOptions? model = null) =>
        ApplyDenseModel(new(model ?? new())
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            ModelFile = modelFile,
        });

    /// <summary>Scores photos with an ONNX model from a stream.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="modelStream">The ONNX file's bytes; read to the end, stays open.</param>
    /// <param name="model">How it sees photos and where it runs; null: all defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">Not such a model.</exception>
    /// <example><code>
    /// using var stream = File.OpenRead("dense.onnx");
    /// var dense = ml.SemanticSegmentation.ApplyDenseModel("Logits", "Image", stream);
    /// </code></example>
    public DenseSegmentationEstimator ApplyDenseModel(
        string outputColumnName, string imageColumnName, Stream modelStream, DenseModelOptions? model = null)
    {
        ArgumentNullException.ThrowIfNull(modelStream);
        using var bytes = new MemoryStream();
        modelStream.CopyTo(bytes);
        return ApplyDenseModel(new(model ?? new())
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            ModelBytes = bytes.ToArray(),
        });
    }

    /// <summary>Scores photos with an ONNX model.</summary>
    /// <param name="options">Columns, model and manner.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">The file is missing or no such model.</exception>
    /// <example><code>
    /// var dense = ml.SemanticSegmentation.ApplyDenseModel(new DenseSegmentationEstimator.Options
    /// {
    ///     ModelFile = "dense.onnx",
    ///     Height = 512,
    ///     Width = 1024,
    ///     BatchSize = 4,
    /// });
    /// </code></example>
    public DenseSegmentationEstimator ApplyDenseModel(DenseSegmentationEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.In(_context), _context);
    }

    /// <summary>Turns score vectors, such as an output column of ApplyOnnxModel, into logit maps.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="inputColumnName">The column of vectors of Single, [classes, height, width]; null: the same name.</param>
    /// <param name="classes">Number of classes; null: as the column's dimensions say.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var logits = ml.SemanticSegmentation.ConvertToLogits("Logits", "scores", classes: 19);</code></example>
    public VectorToLogitsEstimator ConvertToLogits(string outputColumnName, string? inputColumnName = null, int? classes = null) =>
        ConvertToLogits(new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Classes = classes });

    /// <summary>Turns score vectors, such as an output column of ApplyOnnxModel, into logit maps.</summary>
    /// <param name="options">Columns, sizes and meaning.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var logits = ml.SemanticSegmentation.ConvertToLogits(new VectorToLogitsEstimator.Options
    /// {
    ///     InputColumnName = "scores",
    ///     Layout = LogitLayout.ClassesLast,
    /// });
    /// </code></example>
    public VectorToLogitsEstimator ConvertToLogits(VectorToLogitsEstimator.Options options) => new(options);

    /// <summary>Finds the pixels that a dense model is unsure of.</summary>
    /// <param name="outputColumnName">The column to add, of pixel selections.</param>
    /// <param name="logitsColumnName">The column of logits.</param>
    /// <param name="imageColumnName">The image column, of which only the size is used.</param>
    /// <param name="selector">"entropy:0.3", "fraction:0.1", "margin:0.2", "pixels:200000" or "time:50:0.0002" (see <see cref="PixelSelector"/>).</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var selected = ml.SemanticSegmentation.ApplyDenseModel("Logits", "Image", "dense.onnx")
    ///     .Append(ml.SemanticSegmentation.SelectPixels("Selected", "Logits", "Image", "entropy:0.3"));
    /// </code></example>
    public PixelSelectionEstimator SelectPixels(
        string outputColumnName, string logitsColumnName, string imageColumnName, string selector = "entropy:0.3") =>
        SelectPixels(new()
        {
            OutputColumnName = outputColumnName,
            LogitsColumnName = logitsColumnName,
            ImageColumnName = imageColumnName,
            Selector = PixelSelector.Parse(selector),
        });

    /// <summary>Finds the pixels that a dense model is unsure of.</summary>
    /// <param name="options">Columns and rule.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var selected = ml.SemanticSegmentation.SelectPixels(new PixelSelectionEstimator.Options { Selector = PixelSelector.Parse("pixels:200000"), Threads = 1 });
    /// </code></example>
    public PixelSelectionEstimator SelectPixels(PixelSelectionEstimator.Options options) => new(options);

    /// <summary>Merges dense and sparse answers without training.</summary>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="logitsColumnName">The column of logits.</param>
    /// <param name="selectedColumnName">The column of selected pixels.</param>
    /// <param name="sparseLogitsColumnName">The column of the sparse network's logits.</param>
    /// <param name="method">How to merge.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var merged = ml.SemanticSegmentation.Trainers.SparseExtraction(epochs: 20)
    ///     .Append(ml.SemanticSegmentation.EnsembleScores("PredictedLabel", "Logits", "Selected", "SparseLogits", EnsembleMethod.Average));
    /// </code></example>
    public EnsemblingEstimator EnsembleScores(
        string outputColumnName,
        string logitsColumnName,
        string selectedColumnName,
        string sparseLogitsColumnName,
        EnsembleMethod method = EnsembleMethod.Entropy) => EnsembleScores(new()
        {
            OutputColumnName = outputColumnName,
            LogitsColumnName = logitsColumnName,
            SelectedColumnName = selectedColumnName,
            SparseLogitsColumnName = sparseLogitsColumnName,
            Method = method,
        });

    /// <summary>Merges dense and sparse answers without training.</summary>
    /// <param name="options">Columns and manner.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var merged = ml.SemanticSegmentation.EnsembleScores(new EnsemblingEstimator.Options { Method = EnsembleMethod.Replace });</code></example>
    public EnsemblingEstimator EnsembleScores(EnsemblingEstimator.Options options) => new(options);
}
