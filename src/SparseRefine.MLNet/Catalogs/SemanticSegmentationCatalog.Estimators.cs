using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <content>Estimators that need no training.</content>
public sealed partial class SemanticSegmentationCatalog
{
    /// <summary>Decodes photos, upright and with every error named by its file.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="inputColumnName">The text column of paths, or the column of files' bytes; null: the same name as the output.</param>
    /// <param name="folder">Folder that relative paths start from; null: the current one.</param>
    /// <returns>The estimator.</returns>
    /// <example>
    /// <code>
    /// var photos = mlContext.SemanticSegmentation.LoadPhotos("Image", "ImagePath").Fit(rows).Transform(rows);
    /// </code>
    /// </example>
    public PhotoLoadingEstimator LoadPhotos(string outputColumnName, string? inputColumnName = null, string? folder = null) =>
        LoadPhotos(new PhotoLoadingEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Folder = folder });

    /// <summary>Decodes photos, upright and with every error named by its file.</summary>
    /// <param name="options">Columns and limits.</param>
    /// <returns>The estimator.</returns>
    public PhotoLoadingEstimator LoadPhotos(PhotoLoadingEstimator.Options options) => new(options);

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
            DenseModelOptionsText.WithDefaults(options.Model, _context.GpuDeviceId, _context.FallbackToCpu),
            _context);
    }

    /// <summary>Turns score vectors, such as an output column of ApplyOnnxModel, into logit maps.</summary>
    /// <param name="outputColumnName">The column to add, of logit maps.</param>
    /// <param name="inputColumnName">The column of vectors of Single, [classes, height, width]; null: the same name.</param>
    /// <param name="classes">Number of classes; null: as the column's dimensions say.</param>
    /// <returns>The estimator.</returns>
    public VectorToLogitsEstimator VectorToLogits(
        string outputColumnName, string? inputColumnName = null, int? classes = null) =>
        VectorToLogits(new VectorToLogitsOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Classes = classes,
        });

    /// <summary>Turns score vectors, such as an output column of ApplyOnnxModel, into logit maps.</summary>
    /// <param name="options">Columns, sizes and meaning.</param>
    /// <returns>The estimator.</returns>
    public VectorToLogitsEstimator VectorToLogits(VectorToLogitsOptions options) => new(options);

    /// <summary>Finds the pixels that a dense model is unsure of.</summary>
    /// <param name="outputColumnName">The column to add, of pixel selections.</param>
    /// <param name="logitsColumnName">The column of logits.</param>
    /// <param name="imageColumnName">The image column, of which only the size is used.</param>
    /// <param name="selector">"entropy:0.3", "fraction:0.1", "margin:0.2", "pixels:200000" or "time:50:0.0002" (see <see cref="PixelSelector"/>).</param>
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
        LabelMapToVector(new LabelMapToVectorOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
        });

    /// <summary>Copies label maps into vectors of bytes, row-major.</summary>
    /// <param name="options">Columns.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToVectorEstimator LabelMapToVector(LabelMapToVectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LabelMapToVectorEstimator(options.OutputColumnName, options.InputColumnName ?? options.OutputColumnName);
    }

    /// <summary>Paints label maps in their classes' colours.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="inputColumnName">The column of label maps; null: the same name.</param>
    /// <param name="classes">The colours; null: those that the label maps carry, else a fixed palette.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator LabelMapToImage(
        string outputColumnName, string? inputColumnName = null, ClassList? classes = null) =>
        LabelMapToImage(new LabelMapToImageOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            ClassList = classes,
        });

    /// <summary>Paints label maps in their classes' colours.</summary>
    /// <param name="options">Columns and colours.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator LabelMapToImage(LabelMapToImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LabelMapToImageEstimator(
            options.OutputColumnName, options.InputColumnName ?? options.OutputColumnName, null, options.ClassList, new PaintOptions());
    }

    /// <summary>Lays label maps over their photos.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="labelMapColumnName">The column of label maps.</param>
    /// <param name="imageColumnName">The image column, of the same size.</param>
    /// <param name="classes">The colours; null: those that the label maps carry, else a fixed palette.</param>
    /// <param name="opacity">Weight of the colours, 0 to 1.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator Overlay(
        string outputColumnName,
        string labelMapColumnName,
        string imageColumnName,
        ClassList? classes = null,
        float opacity = PaintOptions.DefaultOpacity) => Overlay(new OverlayOptions
        {
            OutputColumnName = outputColumnName,
            LabelMapColumnName = labelMapColumnName,
            ImageColumnName = imageColumnName,
            ClassList = classes,
            Opacity = opacity,
        });

    /// <summary>Lays label maps over their photos.</summary>
    /// <param name="options">Columns and colours.</param>
    /// <returns>The estimator.</returns>
    public LabelMapToImageEstimator Overlay(OverlayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.ImageColumnName);
        return new LabelMapToImageEstimator(
            options.OutputColumnName,
            options.LabelMapColumnName,
            options.ImageColumnName,
            options.ClassList,
            new PaintOptions { Opacity = options.Opacity, PaintBackground = options.PaintBackground });
    }
}
