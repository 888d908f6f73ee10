namespace SparseRefine.MLNet;

/// <content>Estimators of label maps; <c>ml.Transforms</c> has them too (<see cref="Microsoft.ML.SegmentationTransformsExtensions"/>).</content>
public sealed partial class SemanticSegmentationCatalog
{
    /// <summary>Reads label maps from PNG or TIFF files.</summary>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="folder">Folder that relative paths start from; null: the current one.</param>
    /// <param name="pathColumnName">The text column of paths; null: the same name as the output.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var labels = ml.SemanticSegmentation.LoadLabelMaps("Label", "labels", "LabelPath");</code></example>
    public LabelMapLoadingEstimator LoadLabelMaps(string outputColumnName, string? folder = null, string? pathColumnName = null) =>
        LoadLabelMaps(new() { OutputColumnName = outputColumnName, Folder = folder, PathColumnName = pathColumnName });

    /// <summary>Reads label maps from PNG or TIFF files.</summary>
    /// <param name="options">Columns and checks.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var labels = ml.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
    /// {
    ///     PathColumnName = "LabelPath",
    ///     ClassList = ClassList.Load("classes.csv"),
    /// });
    /// </code></example>
    public LabelMapLoadingEstimator LoadLabelMaps(LabelMapLoadingEstimator.Options options) => new(options, _context);

    /// <summary>Copies label maps into vectors of bytes, row-major.</summary>
    /// <param name="outputColumnName">The column to add.</param>
    /// <param name="inputColumnName">The column of label maps; null: the same name.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var vector = ml.SemanticSegmentation.ConvertToVector("LabelVector", "PredictedLabel");</code></example>
    public LabelMapToVectorEstimator ConvertToVector(string outputColumnName, string? inputColumnName = null) =>
        ConvertToVector(new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Copies label maps into vectors of bytes, row-major.</summary>
    /// <param name="options">Columns.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var vector = ml.SemanticSegmentation.ConvertToVector(new LabelMapToVectorEstimator.Options { InputColumnName = "Label" });</code></example>
    public LabelMapToVectorEstimator ConvertToVector(LabelMapToVectorEstimator.Options options) => new(options);

    /// <summary>Counts the share of a photo that each class takes, as features for ML.NET's trainers.</summary>
    /// <param name="outputColumnName">The column to add, of vectors of Single, one value from 0 to 1 a class; slot names are the class names.</param>
    /// <param name="inputColumnName">The column of label maps, which carries the names of its classes as those of trainers and models do.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="InvalidInputException">When fitted: label maps without class names; give <see cref="LabelMapToSharesEstimator.Options.Classes"/>.</exception>
    /// <example><code>
    /// var pipeline = ml.SemanticSegmentation.ConvertToShares("Shares")
    ///     .Append(ml.Regression.Trainers.Sdca(labelColumnName: "Yield", featureColumnName: "Shares"));
    /// </code></example>
    public LabelMapToSharesEstimator ConvertToShares(string outputColumnName, string inputColumnName = "PredictedLabel") =>
        ConvertToShares(new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Counts the share of a photo that each class takes, as features for ML.NET's trainers.</summary>
    /// <param name="options">Columns and number of classes.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var shares = ml.SemanticSegmentation.ConvertToShares(new LabelMapToSharesEstimator.Options { InputColumnName = "Label", Classes = 2 });</code></example>
    public LabelMapToSharesEstimator ConvertToShares(LabelMapToSharesEstimator.Options options) => new(options);

    /// <summary>Paints label maps in their classes' colors.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="labelMapColumnName">The column of label maps.</param>
    /// <param name="classes">The colors; null: those that the label maps carry, else a fixed palette.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var painted = ml.SemanticSegmentation.PaintLabelMaps("Painted", "PredictedLabel", ClassList.Load("classes.csv"));</code></example>
    public LabelMapToImageEstimator PaintLabelMaps(string outputColumnName, string labelMapColumnName = "PredictedLabel", ClassList? classes = null) =>
        PaintLabelMaps(new() { OutputColumnName = outputColumnName, LabelMapColumnName = labelMapColumnName, ClassList = classes });

    /// <summary>Paints label maps in their classes' colors, alone or over their photos.</summary>
    /// <param name="options">Columns and colors.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var painted = ml.SemanticSegmentation.PaintLabelMaps(new LabelMapToImageEstimator.Options { ImageColumnName = "Image", Opacity = 0.7f });
    /// </code></example>
    public LabelMapToImageEstimator PaintLabelMaps(LabelMapToImageEstimator.Options options) => new(options);

    /// <summary>Paints label maps over their photos.</summary>
    /// <param name="outputColumnName">The image column to add.</param>
    /// <param name="labelMapColumnName">The column of label maps.</param>
    /// <param name="imageColumnName">The image column, of the same size.</param>
    /// <param name="classes">The colors; null: those that the label maps carry, else a fixed palette.</param>
    /// <param name="opacity">Weight of the colors, 0 to 1.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var overlay = ml.SemanticSegmentation.OverlayLabelMaps("Overlay", opacity: 0.4f);</code></example>
    public LabelMapToImageEstimator OverlayLabelMaps(
        string outputColumnName,
        string labelMapColumnName = "PredictedLabel",
        string imageColumnName = "Image",
        ClassList? classes = null,
        float opacity = PaintOptions.DefaultOpacity)
    {
        ArgumentException.ThrowIfNullOrEmpty(imageColumnName);
        return PaintLabelMaps(new()
        {
            OutputColumnName = outputColumnName,
            LabelMapColumnName = labelMapColumnName,
            ImageColumnName = imageColumnName,
            ClassList = classes,
            Opacity = opacity,
        });
    }
}
