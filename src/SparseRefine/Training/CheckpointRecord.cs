using SparseRefine.Ensemblers;
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
    CheckpointRecord.Report? Dense,
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
        state.Dense is null ? null : Report.Of(state.Dense),
        [.. state.Reports.Select(Report.Of)]);

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
        state.Dense = Dense?.ToReport(0);
        foreach (Report report in Reports)
        {
            state.Reports.Add(report.ToReport(state.Reports.Count + 1));
        }

        if (Reports.Count > 0)
        {
            // Filled from the checkpoint's tensors.
            state.Best = [.. state.Parameters.Select(p => new float[p.Value.Length])];
        }
    }

    private static ConfusionMatrix Matrix(long[] counts)
    {
        var matrix = new ConfusionMatrix((int)Math.Sqrt(counts.Length));
        matrix.Add(counts);
        return matrix;
    }

    /// <summary>One finished epoch, or epoch 0.</summary>
    internal sealed record Report(
        int Epochs,
        double Loss,
        double? Density,
        bool IsBest,
        TimeSpan Elapsed,
        long[]? Scores,
        IReadOnlyList<RefinementCounts> Evaluations,
        IReadOnlyList<Merged> Ensemblers)
    {
        public static Report Of(EpochReport report) => new(
            report.Epochs,
            report.Loss,
            report.Density,
            report.IsBest,
            report.Elapsed,
            report.Validation is null ? [.. report.Scores.Counts] : null,
            [.. report.ValidationByDense.Select(evaluation => evaluation.ToCounts())],
            [.. report.Ensemblers.Select(score => new Merged(score.Ensembler, [.. score.Full.Counts], score.Gain, score.GainError))]);

        public EpochReport ToReport(int epoch) => EpochReport.Of(
            epoch,
            Epochs,
            Loss,
            Density,
            new TaskValidation(
                Scores is null ? null : Matrix(Scores),
                [.. Evaluations.Select(RefinementEvaluation.FromCounts)],
                [.. Ensemblers.Select(score => new EnsemblerScore(score.Ensembler, Matrix(score.Counts), score.Gain, score.GainError))]),
            IsBest,
            Elapsed);
    }

    /// <summary>One ensembler's answer.</summary>
    internal sealed record Merged(EnsemblerKind Ensembler, long[] Counts, double Gain, double GainError);
}
