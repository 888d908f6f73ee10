using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>The tool's commands on a bucket.</summary>
[Collection(nameof(Radosgw))]
public sealed class ToolOnS3Tests(Radosgw server)
{
    [RadosgwTheory]
    [MemberData(nameof(StoreCommandContract.Names), MemberType = typeof(StoreCommandContract))]
    public Task Contract(string name) => StoreCommandContract.RunAsync(name, new StorePlace(
        $"s3://{Radosgw.Bucket}/{Guid.NewGuid():N}",
        "s3://none",
        server.Endpoint,
        $"s3://none at {server.Endpoint.ToString().TrimEnd('/')}: expected a bucket that is there, got none of this name",
        [("AWS_SECRET_ACCESS_KEY", "other-secret")],
        [("AWS_ACCESS_KEY_ID", Radosgw.Reader), ("AWS_SECRET_ACCESS_KEY", Radosgw.ReaderSecret)]));
}
