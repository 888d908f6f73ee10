using Xunit;

namespace SparseRefine.Cluster.Tests.Jobs;

[Collection(nameof(Radosgw))]
public sealed class S3JobTests(Radosgw server)
{
    [RadosgwTheory]
    [MemberData(nameof(StoreJobContract.Names), MemberType = typeof(StoreJobContract))]
    public Task Contract(string name) => StoreJobContract.RunAsync(name, $"s3://{Radosgw.Bucket}/{Guid.NewGuid():N}", server.Endpoint);
}
