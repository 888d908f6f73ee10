using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

[Collection(nameof(Azurite))]
public sealed class AzureStoreTests(Azurite azurite)
{
    [AzuriteTheory]
    [MemberData(nameof(ObjectStoreContract.Names), MemberType = typeof(ObjectStoreContract))]
    public Task Contract(string name) => ObjectStoreContract.RunAsync(name, azurite.Open());
}
