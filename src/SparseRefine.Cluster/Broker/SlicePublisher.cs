using RabbitMQ.Client;

namespace SparseRefine.Cluster;

/// <summary>Publishes persistent messages by the default exchange, each confirmed by the broker. Thread-safe.</summary>
/// <param name="broker">The broker, for messages.</param>
/// <param name="connection">The connection; the caller's.</param>
internal sealed class SlicePublisher(BrokerAddress broker, IConnection connection) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private IChannel? _channel;

    /// <summary>Publishes a message.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="body">The message's bytes.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="cancellation">Ends the waiting for the confirmation.</param>
    /// <exception cref="InvalidInputException">The broker refused it, is gone, or has no such queue.</exception>
    public async Task PublishAsync(string queue, ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, CancellationToken cancellation)
    {
        BasicProperties properties = new() { Persistent = true, ContentType = "application/json", Headers = headers };
        try
        {
            IChannel channel = await ChannelAsync(cancellation).ConfigureAwait(false);
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            throw BrokerTrouble.Of(broker, queue, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<IChannel> ChannelAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_channel is not { IsOpen: true })
            {
                _channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation).ConfigureAwait(false);
            }

            return _channel;
        }
        finally
        {
            _one.Release();
        }
    }
}
