using System.Text.Json;

namespace SparseRefine.Batch;

/// <summary>One photo that could not be scored: one line of the failures file. A resumed job tries it again. Immutable.</summary>
/// <param name="Id">The photo's id.</param>
/// <param name="Path">Its file.</param>
/// <param name="Reason">What kind of failure it was.</param>
/// <param name="Message">One line: what was expected and what came.</param>
/// <param name="Time">When, UTC.</param>
public sealed record FailedEntry(string Id, string Path, FailureReason Reason, string Message, DateTime Time)
{
    /// <summary>Version of the line's form.</summary>
    public int Schema { get; init; } = JournalEntry.CurrentSchema;

    /// <summary>The line, without its line feed.</summary>
    /// <returns>JSON of one line.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, BatchJson.Default.FailedEntry);
}
