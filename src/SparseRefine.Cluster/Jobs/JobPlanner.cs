using System.Collections;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Plans jobs: lists the photos once, writes the slices' lists beside the results, and says what is to be published.</summary>
public static class JobPlanner
{
    private const int ListsAtOnce = 8;

    /// <summary>Plans a job and writes it to its store: the model, the lists of all slices, and last <c>job.json</c>.</summary>
    /// <param name="options">What to plan.</param>
    /// <param name="prepare">Called once the job is known and before anything is written, as to make its queue; null: nothing.</param>
    /// <param name="cancellation">Ends the work; without job.json there is no job, and the same plan may be made again.</param>
    /// <returns>The job; its messages are not published yet.</returns>
    /// <exception cref="InvalidInputException">A bad model, bad photos, or a job that is there already.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async Task<JobPlan> PlanAsync(PlanOptions options, Func<ClusterJob, Task>? prepare = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ObjectStore store = options.Store;
        if (await store.FindAsync(JobKeys.Job, cancellation).ConfigureAwait(false) is not null)
        {
            throw Taken(store);
        }

        using PlanModel model = await PlanModel.OpenAsync(options, cancellation).ConfigureAwait(false);
        using PhotoSlices photos = PhotoSlices.List(options.Inputs, store.Address, options.Results, options.OpenStore, cancellation);
        await StoreTrial.RunAsync(store, cancellation).ConfigureAwait(false);
        int slices = (int)Math.Min(Math.Max(photos.Count, 1), await CountAsync(options, model.File, photos, cancellation).ConfigureAwait(false));
        string name = ClusterJob.NameOf(model.Hash, options.Results, slices, photos.Fingerprint, store.Address);
        ClusterJob job = new()
        {
            Job = name,
            Model = model.Hash,
            ModelFile = options.Model,
            Results = options.Results,
            Slices = slices,
            Photos = photos.Count,
            Queue = options.Queue ?? $"sparserefine.{name}",
            Tries = options.Tries,
            Time = DateTime.UtcNow,
        };
        using Activity? span = ClusterInstruments.StartPlan(name);
        await (prepare?.Invoke(job) ?? Task.CompletedTask).ConfigureAwait(false);
        await model.PutAsync(store, cancellation).ConfigureAwait(false);
        byte[] hashes = await PutListsAsync(store, photos, slices, cancellation).ConfigureAwait(false);
        return await job.PutAsync(store, cancellation).ConfigureAwait(false) ? new JobPlan(job, hashes) { Trace = span?.Context ?? default } : throw Taken(store);
    }

    /// <summary>The slices that have no journal in the store, which alone says what is done.</summary>
    /// <param name="store">The job's store.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The slices, in their order.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async Task<IReadOnlyList<Shard>> MissingAsync(ObjectStore store, ClusterJob job, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(job);
        BitArray done = new(job.Slices);
        await foreach (StoredObject found in store.ListAsync(JobKeys.Journals, cancellation).ConfigureAwait(false))
        {
            if (JobKeys.IndexOfJournal(found.Key, job.Slices) is int index)
            {
                done[index] = true;
            }
        }

        return [.. Enumerable.Range(0, job.Slices).Where(i => !done[i]).Select(i => new Shard(i, job.Slices))];
    }

    /// <summary>The messages of slices whose lists lie in the store.</summary>
    /// <param name="store">The job's store.</param>
    /// <param name="job">The job.</param>
    /// <param name="slices">The slices.</param>
    /// <param name="skip">Is told of a list that vanished or is too long, whose slice has no message then; null: such a list is an error.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The messages; each list is read for its hash.</returns>
    /// <exception cref="InvalidInputException">A list that vanished, or that is too long.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public static async IAsyncEnumerable<SliceMessage> MessagesAsync(
        ObjectStore store, ClusterJob job, IEnumerable<Shard> slices, Action<InvalidInputException>? skip = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(slices);
        foreach (Shard slice in slices)
        {
            byte[] list;
            try
            {
                list = await SliceLists.ReadAsync(store, slice, null, cancellation).ConfigureAwait(false);
            }
            catch (InvalidInputException e) when (skip is not null)
            {
                skip(e);
                continue;
            }

            yield return new SliceMessage($"{slice}", Convert.ToHexStringLower(SHA256.HashData(list)), job.Model, job.Job);
        }
    }

    private static async Task<long> CountAsync(PlanOptions options, string model, PhotoSlices photos, CancellationToken cancellation)
    {
        if (options.Slices is int slices)
        {
            return slices;
        }

        double rate = options.PhotosPerSecond ?? await WorkRate.MeasureAsync(options, model, photos.Examples, cancellation).ConfigureAwait(false);
        options.Tell?.Invoke(FormattableString.Invariant($"{rate:0.###} photos/s a worker{(options.PhotosPerSecond is null ? ", measured" : "")}"));
        return (long)Math.Clamp(Math.Ceiling(photos.Count / rate / options.SliceTime.TotalSeconds), 1, PhotoSlices.MostSlices);
    }

    // A folder's flushes and a cloud's answers take longer than the lists' making: several are on their way at once.
    private static async Task<byte[]> PutListsAsync(ObjectStore store, PhotoSlices photos, int slices, CancellationToken cancellation)
    {
        byte[] hashes = new byte[slices * SHA256.HashSizeInBytes];
        await Parallel.ForEachAsync(
            photos.Divide(slices, cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = ListsAtOnce, CancellationToken = cancellation },
            async (list, token) =>
            {
                SHA256.HashData(list.Content.Span, hashes.AsSpan(list.Slice.Index * SHA256.HashSizeInBytes));
                using MemoryStream content = new(list.Content.ToArray());
                await store.PutAsync(JobKeys.List(list.Slice), content, replace: true, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return hashes;
    }

    private static InvalidInputException Taken(ObjectStore store) =>
        new(store.AddressOf(JobKeys.Job), "no job there (plan --missing publishes what one lacks)", "one");
}
