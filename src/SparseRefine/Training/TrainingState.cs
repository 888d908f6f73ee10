using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>Where a training stands, beside its parameters: all that a checkpoint has to keep.</summary>
internal sealed class TrainingState(IReadOnlyList<Parameter> parameters, TrainerOptions options)
{
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>AdamW with its moments and its number of steps, by which it corrects their bias.</summary>
    public AdamW Optimizer { get; } = new(parameters, new AdamWOptions { WeightDecay = options.WeightDecay });

    /// <summary>The weights' moving average, which is validated and kept; null where the weights are used as they are.</summary>
    public WeightAverage? Average { get; } = options.AverageDecay > 0 ? new(parameters, options.AverageDecay) : null;

    /// <summary>The epoch in work, from 1.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Steps of the epoch in work that are done.</summary>
    public int Step { get; set; }

    /// <summary>Sum of the losses of these steps, but for steps without a labelled pixel.</summary>
    public double LossSum { get; set; }

    /// <summary>Steps in <see cref="LossSum"/>.</summary>
    public int LossCount { get; set; }

    /// <summary>Sum of the densities of these steps; null where steps select no pixels.</summary>
    public double? DensitySum { get; set; } = 0;

    /// <summary>Time spent on the epoch in work before this process took it up.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The dense answer's report, epoch 0; null until it is scored, and where a dense network is trained.</summary>
    public EpochReport? Dense { get; set; }

    /// <summary>The reports of the finished epochs, from 1.</summary>
    public List<EpochReport> Reports { get; } = [];

    /// <summary>The best epoch's values, parameter by parameter; empty before the first epoch is finished.</summary>
    public float[][] Best { get; set; } = [];

    /// <summary>The last report that was the best at its time.</summary>
    public EpochReport? BestReport => Reports.FindLast(report => report.IsBest);

    public void NextEpoch(EpochReport report)
    {
        Reports.Add(report);
        if (report.IsBest)
        {
            Best = [.. Parameters.Select(p => p.Value.ToArray())];
        }

        Epoch++;
        Step = 0;
        LossSum = 0;
        LossCount = 0;
        DensitySum = 0;
        Elapsed = TimeSpan.Zero;
    }
}
