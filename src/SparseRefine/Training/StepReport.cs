namespace SparseRefine.Training;

/// <summary>One step's progress.</summary>
/// <param name="Epoch">1..Epochs.</param>
/// <param name="Step">1..Steps within the epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">This step's loss; NaN where the crops selected no labelled pixel.</param>
public readonly record struct StepReport(int Epoch, int Step, int Steps, double Loss)
{
    /// <summary>Epochs planned.</summary>
    public int Epochs { get; init; }

    /// <summary>Estimate of the time left until the last epoch is validated, by the steps so far; null before enough of them are timed.</summary>
    public TimeSpan? Remaining { get; init; }
}
