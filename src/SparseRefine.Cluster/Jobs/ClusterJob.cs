using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>What a job is: <c>job.json</c> in its store, by which workers and all others know model, results and slices. Immutable.</summary>
public sealed record ClusterJob
{
    private const int MostBytes = 1 << 16;

    /// <summary>Version of the form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The job's name: 16 hexadecimal characters that follow from place, model, results, slices and photos: the same plan made twice is one job, and one in another place has a queue of its own.</summary>
    public required string Job { get; init; }

    /// <summary>SHA-256 of the model file, lower-case hexadecimal.</summary>
    public required string Model { get; init; }

    /// <summary>The model file as <c>plan</c> was given it; tells nothing about what is in it.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The files for each photo.</summary>
    public required ScoringResults Results { get; init; }

    /// <summary>Number of slices.</summary>
    public required int Slices { get; init; }

    /// <summary>Number of photos.</summary>
    public required long Photos { get; init; }

    /// <summary>The queue of its slices, where a broker deals them out; its dead letters go to a queue of this name with <c>.dead</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>How often a slice may end its worker before it is laid aside.</summary>
    public required int Tries { get; init; }

    /// <summary>When it was planned, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The name of a job.</summary>
    /// <param name="model">SHA-256 of the model.</param>
    /// <param name="results">The files for each photo.</param>
    /// <param name="slices">Number of slices.</param>
    /// <param name="photos">The photos' fingerprint.</param>
    /// <param name="place">The address of its store.</param>
    /// <returns>16 hexadecimal characters.</returns>
    public static string NameOf(string model, ScoringResults results, int slices, string photos, string place) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{model} {results} {slices} {photos} {(StoreAddress.IsAddress(place) ? place : Path.GetFullPath(place))}"))))[..16];

    /// <summary>Reads a job.</summary>
    /// <param name="store">Its store.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The job.</returns>
    /// <exception cref="InvalidInputException">No job there, or a text that is none.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async Task<ClusterJob> ReadAsync(ObjectStore store, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        string address = store.AddressOf(JobKeys.Job);
        ReadOnlyMemory<byte> text;
        try
        {
            text = await StoredText.ReadAsync(store, JobKeys.Job, MostBytes, cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(address, "a job that plan made", "none", e);
        }

        try
        {
            ClusterJob job = JsonSerializer.Deserialize(text.Span, ClusterJson.Default.ClusterJob) ?? throw new JsonException("null");
            return job.Schema != 1 ? throw new InvalidInputException(address, "schema 1", $"{job.Schema}")
                : job.Problem() is string problem ? throw new InvalidInputException(address, "a job that plan made", problem)
                : job;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidInputException(address, "a job that plan made", ClusterText.OneLine(e.Message), e);
        }
    }

    /// <summary>Puts the job into its store, where none is there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>False where one is there, which stays.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public Task<bool> PutAsync(ObjectStore store, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.PutAsync(JobKeys.Job, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this, ClusterJson.Default.ClusterJob)), replace: false, cancellation);
    }

    private string? Problem() => !ClusterText.IsJob(Job) ? "another name of the job"
        : !ClusterText.IsHash(Model) ? "another hash of the model"
        : !ClusterText.IsQueue(Queue) ? "another name of the queue"
        : Slices is < 1 or > PhotoSlices.MostSlices ? $"{Slices} slices"
        : Photos < 0 ? $"{Photos} photos"
        : Tries < 1 ? $"{Tries} tries"
        : null;
}
