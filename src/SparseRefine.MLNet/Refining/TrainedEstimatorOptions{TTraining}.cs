using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary><see cref="TrainedEstimatorOptions"/> with one kind of training.</summary>
/// <typeparam name="TTraining">Its options.</typeparam>
public abstract class TrainedEstimatorOptions<TTraining> : TrainedEstimatorOptions
    where TTraining : TrainerOptions, new()
{
    private protected TrainedEstimatorOptions()
    {
    }

    /// <summary>How to build and train; early stopping is its Patience and MinDelta.</summary>
    public TTraining Training { get; init; } = new();

    internal override TrainerOptions Trainer => Training;
}
