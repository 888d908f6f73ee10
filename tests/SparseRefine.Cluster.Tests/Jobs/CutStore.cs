using SparseRefine.Batch;

namespace SparseRefine.Cluster.Tests.Jobs;

/// <summary>A store whose network is cut after a number of puts.</summary>
internal sealed class CutStore(ObjectStore store, int putsLeft) : ObjectStore(store.Address)
{
    private int _left = putsLeft;

    protected override IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    protected override Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation) => store.FindAsync(key, cancellation);

    protected override Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation) => store.OpenAsync(key, cancellation);

    protected override Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation) => Interlocked.Decrement(ref _left) >= 0
        ? store.PutAsync(key, content, replace, cancellation)
        : throw new ObjectStoreException(Address, "a server that answers", "none", mayPass: true);

    protected override Task DeleteCoreAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);
}
