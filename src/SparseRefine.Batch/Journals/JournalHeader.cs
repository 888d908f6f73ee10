using System.Text.Json;

namespace SparseRefine.Batch;

/// <summary>The first line of a journal: what its photos were scored with. A job resumes only a journal whose model, results and shard are its own. Immutable.</summary>
public sealed record JournalHeader
{
    /// <summary>What the file is: <c>sparserefine-score</c>.</summary>
    public string Journal { get; init; } = "sparserefine-score";

    /// <summary>Version of the lines' form.</summary>
    public int Schema { get; init; } = JournalEntry.CurrentSchema;

    /// <summary>SHA-256 of the model file, lower-case hexadecimal.</summary>
    public required string Model { get; init => field = Checked.Given(value); }

    /// <summary>The model file as it was given; tells nothing about what is in it.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The files written for each photo.</summary>
    public required ScoringResults Results { get; init => field = Checked.Given(value); }

    /// <summary>The slice; null for all photos.</summary>
    public Shard? Shard { get; init; }

    /// <summary>When the journal was begun, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The line, without its line feed.</summary>
    /// <returns>JSON of one line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, BatchJson.Default.JournalHeader);
}
