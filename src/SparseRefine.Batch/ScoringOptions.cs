using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>What a scoring job does. Immutable; a value out of range is an error where it is set.</summary>
public sealed record ScoringOptions
{
    private const long MemoryOfTwo = 4L << 30;

    /// <summary>The model, a <c>.sparserefine</c> file or its address; with <see cref="Open"/>, what the journal calls it.</summary>
    public required string Model { get; init => field = Checked.That(value, !string.IsNullOrEmpty(value), "a file"); }

    /// <summary>
    /// Opens the model where it is no such file, as a dense model with a refiner behind it, or where it runs on another device than the CPU; the job disposes it. Null:
    /// <see cref="Model"/> is loaded.
    /// </summary>
    /// <example><c>Open = machine => SegmentationModel.Load("m.sparserefine", machine with { ExecutionProvider = ExecutionProvider.Auto })</c></example>
    public Func<SegmentationModelOptions, SegmentationModel>? Open { get; init; }

    /// <summary>Where the results, the journal and the failures go. Made where it is missing.</summary>
    public required string Output { get; init => field = Checked.That(value, !string.IsNullOrEmpty(value), "a folder"); }

    /// <summary>
    /// The store that results and journal go to instead of a folder; <see cref="Output"/> is what it is called then. The job does not dispose it. A result is put once, under a key that holds the
    /// model's hash, <c>results/HASH/NAME.png</c>; the journal every half minute in parts and at the end as a whole, <c>journals/i-of-n.jsonl</c> (0-of-1 without <see cref="Shard"/>);
    /// failures to <c>failed/i-of-n.jsonl</c>. Several jobs at once on the same photos do each other no harm.
    /// </summary>
    public ObjectStore? OutputStore { get; init; }

    /// <summary>
    /// Where a job with an <see cref="OutputStore"/> keeps list, journal and lock while it runs, a local folder, of which nothing stays; null: one of this user's that the store's address
    /// names, so that a second job on the same store and slice waits for no other than this machine's.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>
    /// Opens a container for the addresses among <see cref="Inputs"/> and of <see cref="Model"/>, once each; the job disposes it. Null: paths only.
    /// </summary>
    /// <example><c>OpenStore = address => ObjectStores.Open(address)</c>, with SparseRefine.Cluster.</example>
    public Func<StoreAddress, ObjectStore>? OpenStore { get; init; }

    /// <summary>Where the photos come from.</summary>
    public required ScoringInputs Inputs { get; init => field = Checked.Given(value); }

    /// <summary>The files for each photo.</summary>
    public ScoringResults Results { get; init => field = Checked.Given(value); } = new();

    /// <summary>
    /// Whether the job waits for photos that arrive in the one folder, or below the one address, that <see cref="Inputs"/> names, until it is cancelled; false: the photos that are there.
    /// </summary>
    public bool Watch { get; init; }

    /// <summary>
    /// How long the size and time of change of a file in a watched folder must have stayed the same before the file is read. A file that is still truncated then (as its writer
    /// may have stalled) is given ten times as long; after that it counts as failed, and is tried again once it changes.
    /// </summary>
    /// <exception cref="ArgumentException">Below 0, or above a day.</exception>
    public TimeSpan Settle
    {
        get;
        init => field = Checked.That(value, value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1), "0 to 24 hours");
    } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a watched folder is listed as a whole. The operating system's notifications name new files at once, but some are lost when many files arrive together, and
    /// network drives send none; the listing finds what they missed.
    /// </summary>
    /// <exception cref="ArgumentException">0 or below, or above a day.</exception>
    public TimeSpan Rescan
    {
        get;
        init => field = Checked.That(value, value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), "more than 0, at most 24 hours");
    } = TimeSpan.FromSeconds(30);

    /// <summary>The slice of the photos to score; null for all. Slices may share an output folder.</summary>
    public Shard? Shard { get; init; }

    /// <summary>
    /// Whether a journal that is there is continued, which needs the same model, results and slice; false begins anew and forgets it. The files of earlier results stay
    /// until they are replaced.
    /// </summary>
    public bool Resume { get; init; } = true;

    /// <summary>
    /// Whether the results that a continued journal names are read and compared with their hashes. Unless asked for, only their presence and sizes are, and the photos' sizes
    /// and times; what differs is scored again. In stores nothing is looked at unless asked for.
    /// </summary>
    public bool Verify { get; init; }

    /// <summary>
    /// Photos that are with the models at the same time. Each takes the memory of a decoded photo and its scores, and the models use all processors by themselves; decoding
    /// and encoding have as many threads of their own. Two unless set; one where the process may take less than 4 GB.
    /// </summary>
    public int Workers { get; init => field = Checked.That(value, value is >= 1 and <= 256, "1 to 256"); } =
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < MemoryOfTwo ? 1 : 2;

    /// <summary>
    /// Threads of the models; 0 (unless set) takes all processors, which within a container are those of its quota. The <see cref="Workers"/> share those of ONNX Runtime; the
    /// refiner takes up to as many for each photo that is with it. Results do not depend on it.
    /// </summary>
    public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>The longest that decoding and scoring one photo may take, together; it is given up then, and the job goes on.</summary>
    public TimeSpan TimeLimit
    {
        get;
        init => field = Checked.That(value, value > TimeSpan.Zero && value.TotalMilliseconds < int.MaxValue, "more than 0 and less than 24 days");
    } = TimeSpan.FromMinutes(5);

    /// <summary>Photos with more pixels are refused by their header, before memory is taken for them; <see cref="PhotoProbe.AffordablePixels"/> unless set.</summary>
    public long MaxPixels { get; init => field = Checked.That(value, value >= 1, "1 or more"); } = PhotoProbe.AffordablePixels;

    /// <summary>The job ends when more photos than this have failed; null: never.</summary>
    public long? MaxFailures { get; init => field = Checked.That(value, value is null or >= 0, "0 or more"); }

    /// <summary>How long a run that is stopped waits for the photos that are being scored.</summary>
    public TimeSpan StopGrace
    {
        get;
        init => field = Checked.That(value, value >= TimeSpan.Zero && value.TotalMilliseconds < int.MaxValue, "0 or more and less than 24 days");
    } = TimeSpan.FromSeconds(8);

    /// <summary>The clock that time limits, rates and the ages of watched files are measured with; another one is for tests.</summary>
    public TimeProvider TimeProvider { get; init => field = Checked.Given(value); } = TimeProvider.System;

    // What concerns two options is checked where a job takes them.
    internal void Validate() => Checked.That(
        string.Join(' ', Inputs.Paths),
        !Watch || (Inputs is { Paths.Count: 1, List: null, Reader: null } && !FolderScan.IsPattern(Inputs.Paths[0])),
        "one folder to watch",
        nameof(Inputs));
}
