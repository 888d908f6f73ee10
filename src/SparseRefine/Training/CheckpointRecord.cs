using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>What a checkpoint keeps beside its tensors, as JSON.</summary>
internal sealed record CheckpointRecord(
    TrainingIdentity Identity,
    int Epoch,
    int Step,
    int OptimizerSteps,
    int AverageUpdates,
    double LossSum,
    int LossCount,
    double? DensitySum,
    TimeSpan Elapsed,
    IReadOnlyList<CheckpointRecord.Report> Reports)
{
    public static CheckpointRecord Of(TrainingIdentity identity, TrainingState state) => new(
        identity,
        state.Epoch,
        state.Step,
        state.Optimizer.Steps,
        state.Average?.Updates ?? 0,
        state.LossSum,
        state.LossCount,
        state.DensitySum,
        state.Elapsed,
        [.. state.Reports.Select(report => new Report(
            report.Epochs,
            report.Loss,
            report.Density,
            report.IsBest,
            report.Elapsed,
            report.Validation is null ? [.. report.Scores.Counts] : null,
            [.. report.ValidationByDense.Select(evaluation => evaluation.ToCounts())]))]);

    public void Restore(TrainingState state)
    {
        state.Epoch = Epoch;
        state.Step = Step;
        state.Optimizer.Steps = OptimizerSteps;
        if (state.Average is WeightAverage average)
        {
            average.Updates = AverageUpdates;
        }

        state.LossSum = LossSum;
        state.LossCount = LossCount;
        state.DensitySum = DensitySum;
        state.Elapsed = Elapsed;
        foreach (Report report in Reports)
        {
            ConfusionMatrix? scores = null;
            if (report.Scores is long[] counts)
            {
                scores = new ConfusionMatrix((int)Math.Sqrt(counts.Length));
                scores.Add(counts);
            }

            state.Reports.Add(EpochReport.Of(
                state.Reports.Count + 1,
                report.Epochs,
                report.Loss,
                report.Density,
                scores,
                [.. report.Evaluations.Select(RefinementEvaluation.FromCounts)],
                report.IsBest,
                report.Elapsed));
        }

        if (Reports.Count > 0)
        {
            // Filled from the checkpoint's tensors.
            state.Best = [.. state.Parameters.Select(p => new float[p.Value.Length])];
        }
    }

    /// <summary>One finished epoch.</summary>
    internal sealed record Report(
        int Epochs, double Loss, double? Density, bool IsBest, TimeSpan Elapsed, long[]? Scores, IReadOnlyList<RefinementCounts> Evaluations);
}
