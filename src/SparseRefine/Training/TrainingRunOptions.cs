namespace SparseRefine.Training;

/// <summary>How a training is watched, stopped and kept on disk. Changes no bit of the weights.</summary>
internal sealed record TrainingRunOptions
{
    /// <summary>Called after each epoch, on the training thread; may be null.</summary>
    public Action<EpochReport>? EpochProgress { get; init; }

    /// <summary>Called before the first step with the dense model's own answer, epoch 0; not where a dense network is trained. May be null.</summary>
    public Action<EpochReport>? DenseProgress { get; init; }

    /// <summary>Called after each step, on the training thread; may be null.</summary>
    public Action<StepReport>? StepProgress { get; init; }

    /// <summary>Takes a line about what goes on beside epochs, as a resumption; may be null.</summary>
    public Action<string>? Message { get; init; }

    /// <summary>Ends training after the step in hand.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Whether a cancelled training returns the best epoch so far. If false, or where no epoch is finished, it throws
    /// OperationCanceledException; a checkpoint is written either way.
    /// </summary>
    public bool KeepBestOnCancel { get; init; } = true;

    /// <summary>
    /// Folder of the checkpoint, made where it is missing; null keeps none. It is written after each epoch and when training is
    /// cancelled; a training of the same options and photos goes on from it to the same bits as if it had never stopped,
    /// one of others is refused.
    /// </summary>
    public string? WorkspacePath { get; init; }
}
