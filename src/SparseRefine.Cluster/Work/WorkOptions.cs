using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Cluster;

/// <summary>How a worker works. Immutable; a value out of range is an error where it is set. Results do not depend on it.</summary>
public sealed record WorkOptions
{
    private static readonly ScoringOptions Standard = new() { Model = "none", Output = "none", Inputs = new ScoringInputs() };

    /// <summary>The job's store.</summary>
    public required ObjectStore Store { get; init => field = Checked.Given(value); }

    /// <summary>A folder of this machine for the model, and for a slice while it is in work; several workers may share it. Made where it is missing.</summary>
    public required string Scratch { get; init => field = Checked.Name(value); }

    /// <summary>Photos that are with the models at the same time; see <see cref="ScoringOptions.Workers"/>.</summary>
    public int Workers { get; init => field = Checked.That(value, value is >= 1 and <= 256, "1 to 256"); } = 1;

    /// <summary>Threads of the models; see <see cref="ScoringOptions.Threads"/>.</summary>
    public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>The longest that one photo may take.</summary>
    public TimeSpan TimeLimit { get; init; } = Standard.TimeLimit;

    /// <summary>Photos with more pixels are refused by their header.</summary>
    public long MaxPixels { get; init; } = Standard.MaxPixels;

    /// <summary>A worker that has waited this long for a slice ends; null: it waits on.</summary>
    public TimeSpan? MaxIdle { get; init => field = Checked.That(value, value is null || value > TimeSpan.Zero, "more than 0"); }

    /// <summary>
    /// How long a worker keeps a slice; then it gives back what is left of it. Below the 30 minutes after which brokers close the channel of a worker that has not answered.
    /// </summary>
    public TimeSpan MaxHold { get; init => field = Checked.That(value, value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), "more than 0, at most a day"); } = TimeSpan.FromMinutes(25);

    /// <summary>Opens the model on another device than the CPU; null: <see cref="SegmentationModel.Load(string, SegmentationModelOptions?)"/>.</summary>
    public Func<string, SegmentationModelOptions, SegmentationModel>? Open { get; init; }

    /// <summary>Opens the containers that the lists' photos lie in; null: paths only. See <see cref="ScoringOptions.OpenStore"/>.</summary>
    public Func<StoreAddress, ObjectStore>? OpenStore { get; init; }

    /// <summary>Is told, in one line each, of slices and of what the worker waits for; null: nobody.</summary>
    public Action<string>? Tell { get; init; }
}
