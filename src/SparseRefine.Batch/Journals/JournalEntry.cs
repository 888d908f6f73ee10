using System.Text.Json;

namespace SparseRefine.Batch;

/// <summary>
/// One scored photo: one line of the journal. It is written after the photo's files are durable, so whatever the journal names is whole. Immutable.
/// </summary>
public sealed record JournalEntry
{
    /// <summary>The version of the line's form that this library writes.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Version of the line's form.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The photo's id, unique within a job: its path relative to its input folder with forward slashes, unless one was given.</summary>
    public required string Id { get; init; }

    /// <summary>The file that was read, or its address.</summary>
    public required string Path { get; init; }

    /// <summary>Columns of the photo.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the photo.</summary>
    public required int Height { get; init; }

    /// <summary>Share of the pixels of each class, 0..1, by class name; the class index as text where the model names none. Classes without a pixel are left out.</summary>
    public required IReadOnlyDictionary<string, double> Shares { get; init; }

    /// <summary>Refined pixels as a share of all, 0..1; null for a pipeline without a refiner.</summary>
    public double? Density { get; init; }

    /// <summary>Time of each stage.</summary>
    public required StageTimes Ms { get; init; }

    /// <summary>
    /// The files that were written: path relative to the output folder or store, with forward slashes, and SHA-256 of the bytes as lower-case hexadecimal. The index PNG comes first.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Outputs { get; init; }

    /// <summary>Bytes of each of <see cref="Outputs"/>; null in a journal of an earlier build.</summary>
    public IReadOnlyDictionary<string, long>? OutputBytes { get; init; }

    /// <summary>Bytes of the file that was read; null in a journal of an earlier build.</summary>
    public long? InputBytes { get; init; }

    /// <summary>When the file that was read had been changed last, UTC; null in a journal of an earlier build.</summary>
    public DateTime? InputTime { get; init; }

    /// <summary>SHA-256 of the model file, lower-case hexadecimal.</summary>
    public required string Model { get; init; }

    /// <summary>When the photo was done, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>Number of pixels.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Pixels => (long)Width * Height;

    /// <summary>The line, without its line feed.</summary>
    /// <returns>JSON of one line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, BatchJson.Default.JournalEntry);
}
