using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>The broker that tests share; each has queues of its own names.</summary>
public sealed class RabbitMq : IAsyncLifetime
{
    internal RabbitServer? Server { get; private set; }

    public string Address => Server!.Address;

    public async Task InitializeAsync()
    {
        if (RabbitServer.Missing is null)
        {
            Server = new RabbitServer();
            await Server.Start();
        }
    }

    public Task DisposeAsync()
    {
        Server?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A queue that no other test uses.</summary>
    public Task<SliceQueue> Open(string? name = null) => SliceQueue.OpenAsync(BrokerAddress.Parse(Address), name ?? $"test.{Guid.NewGuid():N}");
}
