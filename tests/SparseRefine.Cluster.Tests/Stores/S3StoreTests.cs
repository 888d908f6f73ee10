using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

[Collection(nameof(Radosgw))]
public sealed class S3StoreTests(Radosgw radosgw)
{
    [RadosgwTheory]
    [MemberData(nameof(ObjectStoreContract.Names), MemberType = typeof(ObjectStoreContract))]
    public Task Contract(string name) => ObjectStoreContract.RunAsync(name, radosgw.Open());
}
