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
    /// <param name="selector">Finds the pixels: "entropy:0.3", "fraction:0.1", "margin:0.2" or "pixels:200000".</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    public SparseRefinementEstimator SparseRefine(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string outputColumnName = "PredictedLabel",
        string selector = "entropy:0.3",
        int epochs = 50) => SparseRefine(new SparseRefinementOptions
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            OutputColumnName = outputColumnName,
            Selector = PixelSelector.Parse(selector),
            Training = new RefinerTrainerOptions { Epochs = epochs },
        });

    /// <summary>Trains sparse network and gate together.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    public SparseRefinementEstimator SparseRefine(SparseRefinementOptions options) => new(_context, options);

    /// <summary>
    /// Trains a two-column network (arXiv 1712.00213): the dense model is the coarse column, a fine column corrects its scores in regions of
    /// full resolution, which a learned selector, trained with it, or any other selector chooses.
    /// </summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="selector">Finds the regions: "learned:0.1" (a tenth of the blocks) or any other selector.</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    public SparseRefinementEstimator TwoColumn(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string outputColumnName = "PredictedLabel",
        string selector = "learned:0.1",
        int epochs = 50) => TwoColumn(new SparseRefinementOptions
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            OutputColumnName = outputColumnName,
            Selector = PixelSelector.Parse(selector),
            Training = new RefinerTrainerOptions { Method = RefinerMethod.TwoColumn, Epochs = epochs },
        });

    /// <summary>Trains a two-column network.</summary>
    /// <param name="options">Columns and training, of <see cref="RefinerMethod.TwoColumn"/>.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">Training by another method.</exception>
    public SparseRefinementEstimator TwoColumn(SparseRefinementOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Training.Method == RefinerMethod.TwoColumn
            ? new(_context, options)
            : throw new ArgumentException($"Training.Method: expected {RefinerMethod.TwoColumn}, got {options.Training.Method}");
    }

    /// <summary>Trains the sparse network on selected pixels that a column holds.</summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="selectionColumnName">The column of selected pixels.</param>
    /// <param name="outputColumnName">The column to add, of sparse logits.</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    public SparseExtractionEstimator SparseExtractor(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string logitsColumnName = "Logits",
        string selectionColumnName = "Selection",
        string outputColumnName = "SparseLogits",
        int epochs = 50) => SparseExtractor(new SparseExtractionOptions
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            LogitsColumnName = logitsColumnName,
            SelectionColumnName = selectionColumnName,
            OutputColumnName = outputColumnName,
            Training = new RefinerTrainerOptions { Epochs = epochs },
        });

    /// <summary>Trains the sparse network on selected pixels that a column holds.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    public SparseExtractionEstimator SparseExtractor(SparseExtractionOptions options) => new(_context, options);

    /// <summary>Trains the gate on sparse logits that a column holds.</summary>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="logitsColumnName">The column of the dense model's logits.</param>
    /// <param name="selectionColumnName">The column of selected pixels.</param>
    /// <param name="sparseLogitsColumnName">The column of the sparse network's logits.</param>
    /// <param name="outputColumnName">The column to add, of label maps.</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    public GatedEnsemblingEstimator GatedEnsembler(
        string labelColumnName = "Label",
        string logitsColumnName = "Logits",
        string selectionColumnName = "Selection",
        string sparseLogitsColumnName = "SparseLogits",
        string outputColumnName = "PredictedLabel",
        int epochs = 50) => GatedEnsembler(new GatedEnsemblingOptions
        {
            LabelColumnName = labelColumnName,
            LogitsColumnName = logitsColumnName,
            SelectionColumnName = selectionColumnName,
            SparseLogitsColumnName = sparseLogitsColumnName,
            OutputColumnName = outputColumnName,
            Training = new RefinerTrainerOptions { Epochs = epochs },
        });

    /// <summary>Trains the gate on sparse logits that a column holds.</summary>
    /// <param name="options">Columns and training.</param>
    /// <returns>The estimator.</returns>
    public GatedEnsemblingEstimator GatedEnsembler(GatedEnsemblingOptions options) => new(_context, options);

    /// <summary>Trains a light-weight dense network with a feature refinement module from nothing.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labelColumnName">The column of true labels.</param>
    /// <param name="imageColumnName">The image column.</param>
    /// <param name="outputColumnName">The column to add, of logits.</param>
    /// <param name="height">Rows that photos are resized to.</param>
    /// <param name="width">Columns that photos are resized to.</param>
    /// <param name="epochs">Passes over the training photos.</param>
    /// <returns>The estimator.</returns>
    public FeatureRefinementEstimator FeatureRefinement(
        int classes,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string outputColumnName = "Logits",
        int height = 512,
        int width = 512,
        int epochs = 50) => FeatureRefinement(new FeatureRefinementTrainingOptions
        {
            Classes = classes,
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            OutputColumnName = outputColumnName,
            Height = height,
            Width = width,
            Training = new DenseTrainerOptions { Epochs = epochs },
        });

    /// <summary>Trains a light-weight dense network with a feature refinement module from nothing.</summary>
    /// <param name="options">Columns, network and training.</param>
    /// <returns>The estimator.</returns>
    public FeatureRefinementEstimator FeatureRefinement(FeatureRefinementTrainingOptions options) => new(_context, options);
}
