using Xunit;

namespace SparseRefine.Cluster.Tests.Jobs;

[Collection(nameof(Azurite))]
public sealed class AzureJobTests(Azurite server)
{
    [AzuriteTheory]
    [MemberData(nameof(StoreJobContract.Names), MemberType = typeof(StoreJobContract))]
    public Task Contract(string name) => StoreJobContract.RunAsync(name, $"az://{Azurite.Account}/{Azurite.Container}/{Guid.NewGuid():N}", server.Endpoint);
}
