using SparseRefine.Batch;

namespace SparseRefine.Cluster.Tests;

/// <summary>A store that does something once some objects were put, and that can be away.</summary>
internal sealed class WatchedStore(ObjectStore inner, Func<string, bool> isWatched, int after, Action act, List<string>? puts = null) : ObjectStore(inner.Address)
{
    private int _count;

    /// <summary>What a put fails of; null: nothing.</summary>
    public Func<string, Exception?> Trouble { get; init; } = _ => null;

    protected override IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, CancellationToken cancellation) => inner.ListAsync(prefix, cancellation);

    protected override Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

    protected override Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation) => inner.OpenAsync(key, cancellation);

    protected override async Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation)
    {
        if (Trouble(key) is Exception trouble)
        {
            throw trouble;
        }

        bool isPut = await inner.PutAsync(key, content, replace, cancellation);
        if (isWatched(key))
        {
            lock (inner)
            {
                puts?.Add(key);
                if (++_count == after)
                {
                    act();
                }
            }
        }

        return isPut;
    }

    protected override Task DeleteCoreAsync(string key, CancellationToken cancellation) => inner.DeleteAsync(key, cancellation);
}
