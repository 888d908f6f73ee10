using Microsoft.ML;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>What all estimators that learn have in common: labels, training, validation, progress, cancellation, checkpoints.</summary>
public abstract class TrainedEstimatorOptions
{
    private protected TrainedEstimatorOptions()
    {
    }

    /// <summary>The column of true labels; needed to fit only.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Labelled photos to choose the best epoch by, with the same input columns; null: see <see cref="ValidationFraction"/>.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// Share of the rows, the last ones, held back to choose the best epoch by, above 0 and below 1. Null, without a
    /// <see cref="ValidationSet"/>: the epoch is chosen by the training photos themselves.
    /// </summary>
    public double? ValidationFraction { get; init; }

    /// <summary>
    /// A text or number column whose equal values stay together when <see cref="ValidationFraction"/> holds rows back, such as the
    /// scene that several photos show; null: each row by itself.
    /// </summary>
    public string? SamplingKeyColumnName { get; init; }

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

    /// <summary>Training, as far as all kinds of it are alike.</summary>
    internal abstract TrainerOptions Trainer { get; }

    internal void ValidateTraining()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentNullException.ThrowIfNull(Trainer, "Training");
        Trainer.Validate();
        if (ValidationFraction is not (null or (> 0 and < 1)))
        {
            throw new ArgumentException(
                $"ValidationFraction: expected a value above 0 and below 1, got {ValidationFraction}", nameof(ValidationFraction));
        }
    }
}
