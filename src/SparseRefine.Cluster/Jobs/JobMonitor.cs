using System.Collections;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Looks where a job stands: done is what the store says, waiting and laid aside what the broker says.</summary>
public static class JobMonitor
{
    private const int MostDead = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Looks once.</summary>
    /// <param name="store">The job's store.</param>
    /// <param name="job">The job.</param>
    /// <param name="queue">The job's queue; null without a broker.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <returns>Where the job stands.</returns>
    /// <exception cref="InvalidInputException">The broker is gone, or there is no right to look.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async Task<JobStatus> LookAsync(ObjectStore store, ClusterJob job, SliceQueue? queue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(job);
        DateTime now = DateTime.UtcNow;
        BitArray seen = new(job.Slices);
        int done = 0;
        int late = 0;
        await foreach (StoredObject found in store.ListAsync(JobKeys.Journals, cancellation).ConfigureAwait(false))
        {
            if (JobKeys.IndexOfJournal(found.Key, job.Slices) is int index && !seen[index])
            {
                seen[index] = true;
                done++;
                late += now - found.Changed < Window ? 1 : 0;
            }
        }

        double since = Math.Max(1, Math.Min((now - job.Time).TotalSeconds, Window.TotalSeconds));
        double photos = (double)job.Photos / job.Slices;
        double rate = late * photos / since;
        QueueCounts? counts = queue is null ? null : await queue.CountAsync(cancellation).ConfigureAwait(false) ?? default(QueueCounts);
        IReadOnlyList<DeadSlice> dead = counts?.Dead > 0 ? await queue!.DeadAsync(MostDead, cancellation).ConfigureAwait(false) : [];

        // A message that is none of the job's, or of a slice that is done or was laid aside before, stands for no slice.
        int slices = dead.Select(slice => slice.Message).Where(message => message?.Job == job.Job && message.Shard.Count == job.Slices && !seen[message.Shard.Index]).Select(message => message!.Slice).Distinct().Count();
        long left = Math.Max(0, job.Slices - done - (counts?.Waiting ?? 0) - ((counts?.Dead ?? 0) - dead.Count + slices));
        long running = Math.Min(left, counts?.Workers ?? 0);
        return new JobStatus
        {
            Job = job,
            Done = done,
            Waiting = counts?.Waiting,
            Running = queue is null ? null : running,
            Dead = counts?.Dead,
            Missing = left - running,
            Workers = counts?.Workers,
            PhotosPerSecond = rate,
            Remaining = rate > 0 ? TimeSpan.FromSeconds((job.Slices - done) * photos / rate) : null,
            DeadSlices = dead,
        };
    }
}
