using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace SparseRefine.Batch;

/// <summary>
/// One of n slices of a job. A photo belongs to slice h mod n, h being the first 8 bytes of SHA-256 of its id in UTF-8, big-endian: the same on every
/// machine, whatever other photos there are. Immutable.
/// </summary>
public sealed record Shard
{
    /// <summary>Makes a slice.</summary>
    /// <param name="index">0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">Slices of the job, at least 1.</param>
    /// <exception cref="ArgumentException">Out of range.</exception>
    [JsonConstructor]
    public Shard(int index, int count)
    {
        if (count < 1 || index < 0 || index >= count)
        {
            throw new ArgumentException($"shard: expected i/n with i from 0 to n - 1, got {index}/{count}");
        }

        Index = index;
        Count = count;
    }

    /// <summary>Which slice, from 0.</summary>
    public int Index { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The slice in the names of its files and objects: <c>0-of-4</c>.</summary>
    [JsonIgnore]
    public string FileName => $"{Index}-of-{Count}";

    /// <summary>Reads <c>i/n</c>.</summary>
    /// <param name="text">For example <c>0/4</c>.</param>
    /// <returns>The slice.</returns>
    /// <exception cref="InvalidInputException">Another form, or out of range.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && index < count
            ? new Shard(index, count)
            : throw new InvalidInputException("shard", "i/n with i from 0 to n - 1 as in 0/4", $"'{text}'");
    }

    /// <summary>Whether a photo belongs to the slice.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>True for exactly one of the slices.</returns>
    public bool Has(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)Index;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";
}
