using Microsoft.ML;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Estimators that learn.</summary>
public sealed class SemanticSegmentationTrainers
{
    private readonly MLContext _context;

    internal SemanticSegmentationTrainers(MLContext context) => _context = context;

    /// <summary>Trains sparse network and gate together.</summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="selector">Finds the pixels: "entropy:0.3", "fraction:0.1", "margin:0.2" or "pixels:200000"; null: see <see cref="SparseRefinementTrainer.Options.Selector"/>.</param>
    /// <param name="epochs">Passes over the training photos; 0 chooses them by the photos.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var fitted = ml.SemanticSegmentation.ApplyDenseModel("Logits", "Image", "dense.onnx")
    ///     .Append(ml.SemanticSegmentation.Trainers.SparseRefinement(selector: "fraction:0.1", epochs: 20))
    ///     .Fit(data);
    /// </code></example>
    public SparseRefinementTrainer SparseRefinement(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string outputColumnName = "PredictedLabel",
        string? selector = null,
        int epochs = 0) => SparseRefinement(new()
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            OutputColumnName = outputColumnName,
            Selector = selector is null ? null : PixelSelector.Parse(selector),
            Epochs = epochs,
        });

    /// <summary>Trains sparse network and gate together.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var refiner = ml.SemanticSegmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options
    /// {
    ///     Planes = [16, 32, 64],
    ///     Epochs = 40,
    ///     Patience = 5,
    ///     ValidationFraction = 0.2,
    ///     MetricsCallback = report => Console.WriteLine($"{report.Epoch}: {report.Scores.MeanIoU}"),
    /// });
    /// </code></example>
    public SparseRefinementTrainer SparseRefinement(SparseRefinementTrainer.Options options) => new(_context, options);

    /// <summary>
    /// Trains a two-column network (arXiv 1712.00213): the dense model is the coarse column, a fine column corrects its scores in regions of
    /// full resolution, which a learned selector, trained with it, or any other selector chooses.
    /// </summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="selector">Finds the regions: "learned:0.1" (a tenth of the blocks) or any other selector.</param>
    /// <param name="epochs">Passes over the training photos; 0 chooses them by the photos.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var columns = ml.SemanticSegmentation.Trainers.TwoColumn(selector: "learned:0.2", epochs: 30);</code></example>
    public SparseRefinementTrainer TwoColumn(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string outputColumnName = "PredictedLabel",
        string selector = "learned:0.1",
        int epochs = 0) => TwoColumn(new()
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            OutputColumnName = outputColumnName,
            Selector = PixelSelector.Parse(selector),
            Epochs = epochs,
        });

    /// <summary>Trains a two-column network.</summary>
    /// <param name="options">Columns and training; the method is <see cref="RefinerMethod.TwoColumn"/>, whatever they say.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var columns = ml.SemanticSegmentation.Trainers.TwoColumn(new SparseRefinementTrainer.Options
    /// {
    ///     Selector = PixelSelector.Parse("learned:0.1"),
    ///     WholePhotos = true,
    /// });
    /// </code></example>
    public SparseRefinementTrainer TwoColumn(SparseRefinementTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(_context, options with { Method = RefinerMethod.TwoColumn });
    }

    /// <summary>Trains the sparse network on selected pixels that a column holds.</summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="selectedColumnName">The column of selected pixels.</param>
    /// <param name="outputColumnName">The column to add, of sparse logits.</param>
    /// <param name="epochs">Passes over the training photos; 0 chooses them by the photos.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var sparse = ml.SemanticSegmentation.SelectPixels("Selected", "Logits", "Image")
    ///     .Append(ml.SemanticSegmentation.Trainers.SparseExtraction(epochs: 20));
    /// </code></example>
    public SparseExtractionTrainer SparseExtraction(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string selectedColumnName = "Selected",
        string outputColumnName = "SparseLogits",
        int epochs = 0) => SparseExtraction(new()
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            SelectedColumnName = selectedColumnName,
            OutputColumnName = outputColumnName,
            Epochs = epochs,
        });

    /// <summary>Trains the sparse network on selected pixels that a column holds.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var sparse = ml.SemanticSegmentation.Trainers.SparseExtraction(new SparseExtractionTrainer.Options { Planes = [8, 16], Reps = 1 });</code></example>
    public SparseExtractionTrainer SparseExtraction(SparseExtractionTrainer.Options options) => new(_context, options);

    /// <summary>Trains the gate on sparse logits that a column holds.</summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="selectedColumnName">The column of selected pixels.</param>
    /// <param name="sparseLogitsColumnName">The column of the sparse network's logits.</param>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="epochs">Passes over the training photos; 0 chooses them by the photos.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var stages = ml.SemanticSegmentation.Trainers.SparseExtraction(epochs: 20)
    ///     .Append(ml.SemanticSegmentation.Trainers.GatedEnsembling(epochs: 10));
    /// </code></example>
    public GatedEnsemblingTrainer GatedEnsembling(
        string labelColumnName = "Label",
        string logitsColumnName = "Logits",
        string selectedColumnName = "Selected",
        string sparseLogitsColumnName = "SparseLogits",
        string outputColumnName = "PredictedLabel",
        int epochs = 0) => GatedEnsembling(new()
        {
            LabelColumnName = labelColumnName,
            LogitsColumnName = logitsColumnName,
            SelectedColumnName = selectedColumnName,
            SparseLogitsColumnName = sparseLogitsColumnName,
            OutputColumnName = outputColumnName,
            Epochs = epochs,
        });

    /// <summary>Trains the gate on sparse logits that a column holds.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var gate = ml.SemanticSegmentation.Trainers.GatedEnsembling(new GatedEnsemblingTrainer.Options { LearningRate = 1e-3 });</code></example>
    public GatedEnsemblingTrainer GatedEnsembling(GatedEnsemblingTrainer.Options options) => new(_context, options);

    /// <summary>Trains a light-weight dense network with a feature refinement module from nothing.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="outputColumnName">The column to add, of logits.</param>
    /// <param name="height">Rows that photos are resized to.</param>
    /// <param name="width">Columns that photos are resized to.</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>var dense = ml.SemanticSegmentation.Trainers.FeatureRefinement(classes: 2, height: 256, width: 384);</code></example>
    public FeatureRefinementTrainer FeatureRefinement(
        int classes,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string outputColumnName = "Logits",
        int height = 512,
        int width = 512,
        int epochs = 50) => FeatureRefinement(new()
        {
            Classes = classes,
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            OutputColumnName = outputColumnName,
            Height = height,
            Width = width,
            Epochs = epochs,
        });

    /// <summary>Trains a light-weight dense network with a feature refinement module from nothing.</summary>
    /// <param name="options">Columns, network and training.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// var dense = ml.SemanticSegmentation.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options
    /// {
    ///     ClassList = ClassList.Load("classes.csv"),
    ///     Channels = [16, 32, 64, 128],
    ///     WorkspacePath = "checkpoint",
    /// });
    /// </code></example>
    public FeatureRefinementTrainer FeatureRefinement(FeatureRefinementTrainer.Options options) => new(_context, options);
}
