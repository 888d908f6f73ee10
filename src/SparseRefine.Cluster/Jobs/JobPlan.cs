using System.Diagnostics;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>A job as it was planned.</summary>
/// <param name="Job">The job.</param>
/// <param name="Hashes">SHA-256 of the lists of all slices, 32 bytes each.</param>
public sealed record JobPlan(ClusterJob Job, ReadOnlyMemory<byte> Hashes)
{
    private const int HashBytes = 32;

    /// <summary>The trace that the plan was made in, which its slices go on; default where nobody listens.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>The messages of all slices.</summary>
    /// <returns>The messages.</returns>
    public async IAsyncEnumerable<SliceMessage> Messages()
    {
        for (int i = 0; i < Job.Slices; i++)
        {
            yield return new SliceMessage($"{new Shard(i, Job.Slices)}", Convert.ToHexStringLower(Hashes.Span.Slice(i * HashBytes, HashBytes)), Job.Model, Job.Job);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
