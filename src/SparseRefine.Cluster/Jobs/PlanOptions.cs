using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>What to plan. Immutable; a value out of range is an error where it is set.</summary>
public sealed record PlanOptions
{
    /// <summary>Where job, lists, results and journals go.</summary>
    public required ObjectStore Store { get; init => field = Checked.Given(value); }

    /// <summary>The model, a <c>.sparserefine</c> file or its address; it is copied to the store.</summary>
    public required string Model { get; init => field = Checked.Name(value); }

    /// <summary>The photos. Workers must reach them under the same paths.</summary>
    public required ScoringInputs Inputs { get; init => field = Checked.Given(value); }

    /// <summary>The files for each photo.</summary>
    public ScoringResults Results { get; init => field = Checked.Given(value); } = new();

    /// <summary>Number of slices; null: as many as <see cref="SliceTime"/> asks for. Never more than photos.</summary>
    public int? Slices { get; init => field = Checked.That(value, value is null or (>= 1 and <= PhotoSlices.MostSlices), $"1 to {PhotoSlices.MostSlices}"); }

    /// <summary>How long a worker shall take for a slice.</summary>
    public TimeSpan SliceTime { get; init => field = Checked.That(value, value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromMinutes(20), "1 second to 20 minutes"); } = TimeSpan.FromMinutes(3);

    /// <summary>Photos a second that a worker scores; null: measured here, with one worker, on up to 16 of the photos.</summary>
    public double? PhotosPerSecond { get; init => field = Checked.That(value, value is null or (> 0 and < 1e6), "more than 0"); }

    /// <summary>The queue's name; null: <c>sparserefine.</c> and the job's name.</summary>
    public string? Queue { get; init => field = Checked.That(value, value is null || ClusterText.IsQueue(value), "at most 200 letters, digits and ._:-"); }

    /// <summary>How often a slice may end its worker, by a crash or for want of memory, before it is laid aside.</summary>
    public int Tries { get; init => field = Checked.That(value, value is >= 1 and <= 1000, "1 to 1000"); } = 5;

    /// <summary>Opens the containers of addresses among photos and model; null: paths only. See <see cref="ScoringOptions.OpenStore"/>.</summary>
    public Func<StoreAddress, ObjectStore>? OpenStore { get; init; }

    /// <summary>Is told, in one line each, what is done; null: nobody.</summary>
    public Action<string>? Tell { get; init; }
}
