using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Hands out the photos of a store as they arrive, until it is stopped: the prefix is listed every <see cref="ScoringOptions.Rescan"/>. Objects appear whole, so none is waited for. One that
/// failed is tried again once it was put anew.
/// </summary>
/// <param name="options">The one prefix to watch, how, and the files for each photo.</param>
/// <param name="files">Opens the container.</param>
/// <param name="place">Where the results go.</param>
/// <param name="output">The job's output, whose photos are none of the input.</param>
/// <param name="taken">The ids in the journal, sealed; those handed out are added.</param>
/// <param name="reserved">The keys of their results, sealed.</param>
internal sealed class StoreWatch(ScoringOptions options, JobFiles files, ResultPlace place, string output, IdSet taken, IdSet reserved) : IWorkSource
{
    private readonly StoreAddress _address = StoreAddress.Parse(options.Inputs.Paths[0]);
    private readonly WatchedNames _names = new(null, place.Root, options.Results, place.Names, reserved);
    private readonly ConcurrentDictionary<string, (long Length, DateTime Changed)> _failed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public long? Total => null;

    /// <inheritdoc/>
    public long Skipped { get; } = taken.Count;

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkItem> Items([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            foreach ((WorkItem item, StoredObject found) in StoreScan.Photos(files, _address, output))
            {
                stop.ThrowIfCancellationRequested();
                bool isAgain = _failed.TryGetValue(item.Id, out (long Length, DateTime Changed) failed) && failed != (found.Length, found.Changed);
                if (options.Shard?.Has(item.Id) != false && (taken.AddLater(item.Id) || isAgain))
                {
                    _failed.TryRemove(item.Id, out _);
                    yield return _names.Claim(item);
                }
            }

            await Task.Delay(options.Rescan, options.TimeProvider, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Failed(WorkItem item, FileStatus? read) => _failed[item.Id] = read is FileStatus status ? (status.Length, status.Changed) : default;
}
