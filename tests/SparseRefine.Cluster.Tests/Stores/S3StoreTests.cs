using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

[Collection(nameof(Radosgw))]
public sealed class S3StoreTests(Radosgw server)
{
    private static string Address => $"s3://{Radosgw.Bucket}/{Guid.NewGuid():N}";

    [RadosgwTheory]
    [MemberData(nameof(ObjectStoreContract.Names), MemberType = typeof(ObjectStoreContract))]
    public Task Contract(string name) => ObjectStoreContract.RunAsync(name, server.Open());

    [RadosgwFact]
    public async Task Bucket_ThatIsNot_IsNamed()
    {
        await StoreFaults.Assert("s3://none", server.Endpoint, mayPass: false, "expected a bucket that is there, got none of this name");
        StoreFaults.AssertTool("s3://none", server.Endpoint, $"s3://none at {server.Endpoint.ToString().TrimEnd('/')}: expected a bucket that is there, got none of this name");
    }

    [RadosgwFact]
    public async Task Secret_OfAnother_IsRefusedAndNotShown()
    {
        using Variables variables = new(("AWS_SECRET_ACCESS_KEY", "other-secret"));
        await StoreFaults.Assert(Address, server.Endpoint, mayPass: false, "got those that the server refuses: SignatureDoesNotMatch", "other-secret", Radosgw.Secret);
    }

    [RadosgwFact]
    public async Task User_Unknown_IsRefused()
    {
        using Variables variables = new(("AWS_ACCESS_KEY_ID", "nobody"));
        await StoreFaults.Assert(Address, server.Endpoint, mayPass: false, "got those that the server refuses: InvalidAccessKeyId", Radosgw.Secret);
    }

    [RadosgwFact]
    public async Task NoCredentials_SaysWhereTheyComeFrom()
    {
        using Variables variables = new(("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_EC2_METADATA_DISABLED", "true"));
        await StoreFaults.Assert(Address, server.Endpoint, mayPass: false, "expected credentials that may use it");
    }

    [RadosgwFact]
    public Task Server_NobodyOrOfAnotherKind_IsNamed() => StoreFaults.AssertServers(Address, "S3", Radosgw.Secret);
}
