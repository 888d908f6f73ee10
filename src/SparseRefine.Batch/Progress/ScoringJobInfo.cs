namespace SparseRefine.Batch;

/// <summary>What a run is about to do. Immutable.</summary>
public sealed record ScoringJobInfo
{
    /// <summary>The model file.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The model file's SHA-256, lower-case hexadecimal.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Names and colors of the classes; null where the model has none.</summary>
    public ClassList? Classes { get; init; }

    /// <summary>The output folder, or the store's address.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The journal, a file in the output folder, or, where the results go to a store, one that is there while the job runs.</summary>
    public required string JournalFile { get; init; }

    /// <summary>The journal as users find it: <see cref="JournalFile"/>, or its address in the store.</summary>
    public string JournalAddress { get => field ?? JournalFile; init; }

    /// <summary>The failures file beside it.</summary>
    public required string FailedFile { get; init; }

    /// <summary>The files written for each photo.</summary>
    public required ScoringResults Results { get; init; }

    /// <summary>The slice; null for all photos.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Photos of the job or slice; null where that is not known (a watched folder).</summary>
    public long? Total { get; init; }

    /// <summary>Photos that the journal has already.</summary>
    public required long Skipped { get; init; }

    /// <summary>A line for each photo of the journal whose results are gone or not whole, or that was changed since: these are scored again.</summary>
    public IReadOnlyList<string> Outdated { get; init; } = [];

    /// <summary>Photos that are with the models at the same time.</summary>
    public required int Workers { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public required DateTime Time { get; init; }
}
