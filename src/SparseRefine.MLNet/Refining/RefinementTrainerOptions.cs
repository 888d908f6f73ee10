using Microsoft.ML;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>What the trainers of refiners add to how a refiner is built and trained: labels, validation, progress, cancellation, checkpoints.</summary>
public abstract record RefinementTrainerOptions : RefinerTrainerOptions, ITrainedOptions
{
    private protected RefinementTrainerOptions()
    {
    }

    private protected RefinementTrainerOptions(RefinerTrainerOptions training)
        : base(training)
    {
    }

    /// <summary>The column of true labels; needed to fit only.</summary>
    public string LabelColumnName { get; init => field = Checked.Name(value); } = "Label";

    /// <summary>Labelled photos to choose the best epoch by, with the same input columns; null: see <see cref="ValidationFraction"/>.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// Share of the rows, the last ones, held back to choose the best epoch by, above 0 and below 1. Null, without a
    /// <see cref="ValidationSet"/>: the epoch is chosen by the training photos themselves.
    /// </summary>
    public double? ValidationFraction { get; init => field = ITrainedOptions.Fraction(value); }

    /// <summary>
    /// A text or number column whose equal values stay together when <see cref="ValidationFraction"/> holds rows back, such as the
    /// scene that several photos show; null: each row by itself.
    /// </summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>Called before the first step, on the training thread, with the dense model's own answer on the validation photos: epoch 0, which training has to beat.</summary>
    public Action<EpochReport>? DenseCallback { get; init; }

    /// <summary>Called after each epoch, on the training thread.</summary>
    public Action<EpochReport>? MetricsCallback { get; init; }

    /// <summary>Called after each step, on the training thread.</summary>
    public Action<StepReport>? StepCallback { get; init; }

    /// <summary>Ends training after the step in hand; <see cref="KeepBestOnCancel"/> says what comes of it.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// Whether a cancelled fit returns the best epoch so far. If false, or where no epoch is finished, it throws
    /// OperationCanceledException.
    /// </summary>
    public bool KeepBestOnCancel { get; init; } = true;

    /// <summary>
    /// Folder of the checkpoint, made where it is missing; null keeps none. Written after each epoch and when the fit is cancelled. A
    /// fit of the same options and data goes on from it and gives the same bits as one that never stopped; a checkpoint of
    /// other options or data is an error that names the difference.
    /// </summary>
    public string? WorkspacePath { get; init; }
}
