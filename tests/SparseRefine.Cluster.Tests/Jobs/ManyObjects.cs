using System.Runtime.CompilerServices;
using SparseRefine.Batch;

namespace SparseRefine.Cluster.Tests;

/// <summary>A listing of more photos than a server takes within a test's time; looks at the memory that is alive meanwhile.</summary>
internal sealed class ManyObjects(int count, int lookEvery) : ObjectStore("s3://many")
{
    /// <summary>Bytes alive after each so many objects.</summary>
    public List<long> Alive { get; } = [];

    protected override async IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int i = 1; i <= count; i++)
        {
            yield return new StoredObject($"street-{i % 97}/{i:00000000}.jpg", 1000, DateTime.UnixEpoch);
            if (i % lookEvery == 0)
            {
                Alive.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        await Task.CompletedTask;
    }

    protected override Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation) => Task.FromResult<StoredObject?>(null);

    protected override Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation) => throw new FileNotFoundException(key);

    protected override Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation) => throw new NotSupportedException();

    protected override Task DeleteCoreAsync(string key, CancellationToken cancellation) => throw new NotSupportedException();
}
