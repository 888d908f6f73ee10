using System.Text.Json;

namespace SparseRefine.Batch;

/// <summary>The photos of a slice as a list that <see cref="ScoringInputs.List"/> takes: JSON lines with id and path (and of a photo that fails before it is read, why), in the order of the ids' hashes.</summary>
/// <param name="Slice">The slice.</param>
/// <param name="Content">UTF-8 text; valid until the next list is read.</param>
/// <param name="Photos">Number of photos; 0 for a slice that got none.</param>
public readonly record struct SliceList(Shard Slice, ReadOnlyMemory<byte> Content, long Photos)
{
    /// <summary>The member that says why a photo fails before it is read. Lists of others have none of this name.</summary>
    internal const string Problem = "sparserefine-problem";

    /// <summary>The member that says what kind of failure that is, as <see cref="FailureReason"/>.</summary>
    internal const string Reason = "sparserefine-reason";

    /// <summary>Writes the line of a photo, without its end.</summary>
    /// <param name="json">The list.</param>
    /// <param name="item">The photo.</param>
    internal static void Write(Utf8JsonWriter json, WorkItem item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteString("path", item.Path);
        if (item.Problem is not null)
        {
            // Path and id alone no longer tell what the listing saw, or could not even be read back.
            json.WriteString(Problem, item.Problem);
            json.WriteString(Reason, $"{item.Reason}");
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }
}
