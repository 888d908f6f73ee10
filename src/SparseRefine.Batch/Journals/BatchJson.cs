using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseRefine.Batch;

/// <summary>The lines' JSON, generated at build time: nothing to reflect on when a job starts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(FailedEntry))]
[JsonSerializable(typeof(JournalHeader))]
internal sealed partial class BatchJson : JsonSerializerContext
{
}
