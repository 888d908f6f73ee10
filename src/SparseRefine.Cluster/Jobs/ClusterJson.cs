using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseRefine.Cluster;

/// <summary>Serialisers of job.json and of messages, generated at build time. An unknown or doubled member is an error: such a text is none of ours.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 4,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClusterJob))]
[JsonSerializable(typeof(SliceMessage))]
internal sealed partial class ClusterJson : JsonSerializerContext
{
}
