using SparseRefine;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace Microsoft.ML;

/// <summary>
/// Adds the estimators that learn nothing to <see cref="TransformsCatalog"/>. They are those of <see cref="SemanticSegmentationCatalog"/>; a
/// dense model takes GPU and fall-back from its options alone, as a <see cref="TransformsCatalog"/> gives no access to its context.
/// </summary>
public static class SegmentationTransformsExtensions
{
    private static SemanticSegmentationCatalog Catalog { get; } = new(new MLContext());

    /// <inheritdoc cref="SemanticSegmentationCatalog.LoadPhotos(string, string?, string?)"/>
    public static PhotoLoadingEstimator LoadPhotos(
        this TransformsCatalog _, string outputColumnName, string? folder = null, string? inputColumnName = null) =>
        Catalog.LoadPhotos(outputColumnName, folder, inputColumnName);

    /// <inheritdoc cref="SemanticSegmentationCatalog.LoadPhotos(PhotoLoadingEstimator.Options)"/>
    public static PhotoLoadingEstimator LoadPhotos(this TransformsCatalog _, PhotoLoadingEstimator.Options options) => Catalog.LoadPhotos(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.LoadLabelMaps(string, string?, string?)"/>
    public static LabelMapLoadingEstimator LoadLabelMaps(
        this TransformsCatalog _, string outputColumnName, string? folder = null, string? pathColumnName = null) =>
        Catalog.LoadLabelMaps(outputColumnName, folder, pathColumnName);

    /// <inheritdoc cref="SemanticSegmentationCatalog.LoadLabelMaps(LabelMapLoadingEstimator.Options)"/>
    public static LabelMapLoadingEstimator LoadLabelMaps(this TransformsCatalog _, LabelMapLoadingEstimator.Options options) =>
        Catalog.LoadLabelMaps(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ApplyDenseModel(string, string, string, DenseModelOptions?)"/>
    public static DenseSegmentationEstimator ApplyDenseModel(
        this TransformsCatalog _, string outputColumnName, string imageColumnName, string modelFile, DenseModelOptions? model = null) =>
        Catalog.ApplyDenseModel(outputColumnName, imageColumnName, modelFile, model);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ApplyDenseModel(string, string, Stream, DenseModelOptions?)"/>
    public static DenseSegmentationEstimator ApplyDenseModel(
        this TransformsCatalog _, string outputColumnName, string imageColumnName, Stream modelStream, DenseModelOptions? model = null) =>
        Catalog.ApplyDenseModel(outputColumnName, imageColumnName, modelStream, model);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ApplyDenseModel(DenseSegmentationEstimator.Options)"/>
    public static DenseSegmentationEstimator ApplyDenseModel(this TransformsCatalog _, DenseSegmentationEstimator.Options options) =>
        Catalog.ApplyDenseModel(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToLogits(string, string?, int?)"/>
    public static VectorToLogitsEstimator ConvertToLogits(
        this TransformsCatalog _, string outputColumnName, string? inputColumnName = null, int? classes = null) =>
        Catalog.ConvertToLogits(outputColumnName, inputColumnName, classes);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToLogits(VectorToLogitsEstimator.Options)"/>
    public static VectorToLogitsEstimator ConvertToLogits(this TransformsCatalog _, VectorToLogitsEstimator.Options options) =>
        Catalog.ConvertToLogits(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.SelectPixels(string, string, string, string)"/>
    public static PixelSelectionEstimator SelectPixels(
        this TransformsCatalog _, string outputColumnName, string logitsColumnName, string imageColumnName, string selector = "entropy:0.3") =>
        Catalog.SelectPixels(outputColumnName, logitsColumnName, imageColumnName, selector);

    /// <inheritdoc cref="SemanticSegmentationCatalog.SelectPixels(PixelSelectionEstimator.Options)"/>
    public static PixelSelectionEstimator SelectPixels(this TransformsCatalog _, PixelSelectionEstimator.Options options) =>
        Catalog.SelectPixels(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.EnsembleScores(string, string, string, string, EnsembleMethod)"/>
    public static EnsemblingEstimator EnsembleScores(
        this TransformsCatalog _,
        string outputColumnName,
        string logitsColumnName,
        string selectedColumnName,
        string sparseLogitsColumnName,
        EnsembleMethod method = EnsembleMethod.Entropy) =>
        Catalog.EnsembleScores(outputColumnName, logitsColumnName, selectedColumnName, sparseLogitsColumnName, method);

    /// <inheritdoc cref="SemanticSegmentationCatalog.EnsembleScores(EnsemblingEstimator.Options)"/>
    public static EnsemblingEstimator EnsembleScores(this TransformsCatalog _, EnsemblingEstimator.Options options) =>
        Catalog.EnsembleScores(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToVector(string, string?)"/>
    public static LabelMapToVectorEstimator ConvertToVector(
        this TransformsCatalog _, string outputColumnName, string? inputColumnName = null) =>
        Catalog.ConvertToVector(outputColumnName, inputColumnName);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToVector(LabelMapToVectorEstimator.Options)"/>
    public static LabelMapToVectorEstimator ConvertToVector(this TransformsCatalog _, LabelMapToVectorEstimator.Options options) =>
        Catalog.ConvertToVector(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToShares(string, string)"/>
    public static LabelMapToSharesEstimator ConvertToShares(
        this TransformsCatalog _, string outputColumnName, string inputColumnName = "PredictedLabel") =>
        Catalog.ConvertToShares(outputColumnName, inputColumnName);

    /// <inheritdoc cref="SemanticSegmentationCatalog.ConvertToShares(LabelMapToSharesEstimator.Options)"/>
    public static LabelMapToSharesEstimator ConvertToShares(this TransformsCatalog _, LabelMapToSharesEstimator.Options options) =>
        Catalog.ConvertToShares(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.PaintLabelMaps(string, string, ClassList?)"/>
    public static LabelMapToImageEstimator PaintLabelMaps(
        this TransformsCatalog _, string outputColumnName, string labelMapColumnName = "PredictedLabel", ClassList? classes = null) =>
        Catalog.PaintLabelMaps(outputColumnName, labelMapColumnName, classes);

    /// <inheritdoc cref="SemanticSegmentationCatalog.PaintLabelMaps(LabelMapToImageEstimator.Options)"/>
    public static LabelMapToImageEstimator PaintLabelMaps(this TransformsCatalog _, LabelMapToImageEstimator.Options options) =>
        Catalog.PaintLabelMaps(options);

    /// <inheritdoc cref="SemanticSegmentationCatalog.OverlayLabelMaps(string, string, string, ClassList?, float)"/>
    public static LabelMapToImageEstimator OverlayLabelMaps(
        this TransformsCatalog _,
        string outputColumnName,
        string labelMapColumnName = "PredictedLabel",
        string imageColumnName = "Image",
        ClassList? classes = null,
        float opacity = PaintOptions.DefaultOpacity) => Catalog.OverlayLabelMaps(outputColumnName, labelMapColumnName, imageColumnName, classes, opacity);
}
