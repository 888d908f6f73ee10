using Xunit;

namespace SparseRefine.Cluster.Tests.Jobs;

public sealed class FolderJobTests
{
    [Theory]
    [MemberData(nameof(StoreJobContract.Names), MemberType = typeof(StoreJobContract))]
    public Task Contract(string name) => StoreJobContract.RunAsync(name, null, null);
}
