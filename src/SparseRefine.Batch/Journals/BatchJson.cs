using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseRefine.Batch;

/// <summary>Serialisers of the journal's lines, generated at build time, so that the start of a job spends no time on reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(FailedEntry))]
[JsonSerializable(typeof(JournalHeader))]
internal sealed partial class BatchJson : JsonSerializerContext
{
}
