using Microsoft.ML;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns and training of a whole refiner.</summary>
public sealed class SparseRefinementOptions
{
    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column of the dense model's logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The column of true labels; needed to fit only.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>A further column to add, of <see cref="PixelSelection"/>; null: none. Costs nothing unless read.</summary>
    public string? SelectionColumnName { get; init; } = "Selection";

    /// <summary>A further column to add, of <see cref="SparseLogits"/>; null: none. Costs nothing unless read.</summary>
    public string? SparseLogitsColumnName { get; init; } = "SparseLogits";

    /// <summary>Finds the pixels, at training and scoring time; entropy above 0.3 nats unless set.</summary>
    public IPixelSelector Selector { get; init; } = new EntropySelector(0.3f);

    /// <summary>How the refiner is built and trained.</summary>
    public RefinerTrainerOptions Training { get; init; } = new();

    /// <summary>Number of classes; null: the dense model's.</summary>
    public int? Classes { get; init; }

    /// <summary>Names and colours of the classes, kept in the model file; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Labelled photos to choose the best epoch by, with the same input columns; null: see <see cref="ValidationFraction"/>.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// Share of the rows, the last ones, held back to choose the best epoch by, above 0 and below 1. Null, without a
    /// <see cref="ValidationSet"/>: the epoch is chosen by the training photos themselves.
    /// </summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Called after each epoch, on the training thread.</summary>
    public Action<EpochReport>? MetricsCallback { get; init; }

    /// <summary>Called after each step, on the training thread.</summary>
    public Action<StepReport>? StepCallback { get; init; }

    /// <summary>Ends training; the best epoch so far is returned, or OperationCanceledException thrown where none is finished.</summary>
    public CancellationToken CancellationToken { get; init; }
}
