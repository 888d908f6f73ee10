using RabbitMQ.Client;

namespace SparseRefine.Cluster;

/// <summary>The headers of messages.</summary>
internal static class SliceHeaders
{
    /// <summary>Why a worker laid a slice aside.</summary>
    public const string Reason = "sparserefine-reason";

    /// <summary>The trace, as W3C's traceparent.</summary>
    public const string Trace = "traceparent";

    /// <summary>Why the broker laid a message aside.</summary>
    public const string DeathReason = "x-first-death-reason";

    private const int MostBytes = 4096;

    /// <summary>Those of a message that are known here.</summary>
    public static Dictionary<string, object?> Of(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers ? new(headers.Where(header => header.Key is Trace or Reason or DeathReason)) : [];

    /// <summary>A header's text; null for none, or one that is too long.</summary>
    public static string? Text(IReadOnlyDictionary<string, object?> headers, string name) => headers.GetValueOrDefault(name) switch
    {
        string text => text,
        byte[] { Length: <= MostBytes } bytes => ClusterText.OneLine(System.Text.Encoding.UTF8.GetString(bytes)),
        _ => null,
    };
}
