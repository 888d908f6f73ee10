using System.Text.Json;
using System.Text.Json.Serialization;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>
/// The message that stands for a slice: <c>{"slice":"3/40","list":"SHA-256 of the slice's list","model":"SHA-256 of the model","job":"name of the job"}</c>. It names no file and no
/// address: where list, model and results lie follows from the store that a worker was given (<see cref="JobKeys"/>), so no message leads a worker anywhere else. Immutable.
/// </summary>
/// <param name="Slice">The slice, as <see cref="Shard.ToString"/> writes it.</param>
/// <param name="List">SHA-256 of the slice's list, lower-case hexadecimal.</param>
/// <param name="Model">SHA-256 of the model, lower-case hexadecimal.</param>
/// <param name="Job">The job's name.</param>
public sealed record SliceMessage(string Slice, string List, string Model, string Job)
{
    private const int MostBytes = 1024;
    private const string Form = "the message of a slice: slice, list, model and job";

    /// <summary>The slice.</summary>
    [JsonIgnore]
    public Shard Shard => Shard.Parse(Slice);

    /// <summary>Reads a message.</summary>
    /// <param name="body">The message's bytes.</param>
    /// <returns>The message, each of its texts of the right form.</returns>
    /// <exception cref="InvalidInputException">Anything else.</exception>
    public static SliceMessage Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes)
        {
            throw new InvalidInputException("message", $"at most {MostBytes} bytes", $"{body.Length}");
        }

        try
        {
            SliceMessage message = JsonSerializer.Deserialize(body, ClusterJson.Default.SliceMessage) ?? throw new JsonException("null");
            _ = message.Shard;
            return ClusterText.IsHash(message.List) && ClusterText.IsHash(message.Model) && ClusterText.IsJob(message.Job)
                ? message
                : throw new InvalidInputException("message", Form, "texts of another form");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException("message", Form, ClusterText.OneLine(e.Message), e);
        }
    }

    /// <summary>The message's bytes.</summary>
    /// <returns>JSON in UTF-8.</returns>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ClusterJson.Default.SliceMessage);
}
