using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SparseRefine.Cluster;

/// <summary>Takes messages from a queue, one at a time; where channel or connection break, it goes on with others. For one caller.</summary>
/// <param name="queue">The queue.</param>
/// <param name="broker">The broker, for messages.</param>
/// <param name="connection">The connection; the caller's.</param>
internal sealed class SliceConsumer(SliceQueue queue, BrokerAddress broker, IConnection connection)
{
    /// <inheritdoc cref="SliceQueue.TakeAsync"/>
    public async IAsyncEnumerable<TakenSlice> TakeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Channel<TakenSlice> taken = Channel.CreateUnbounded<TakenSlice>();
            IChannel? channel = await TryConsumeAsync(taken.Writer, cancellation).ConfigureAwait(false);
            if (channel is null)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
                continue;
            }

            await using (channel.ConfigureAwait(false))
            {
                await foreach (TakenSlice slice in taken.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                {
                    // What came through a channel that is gone will be dealt out again.
                    if (channel.IsOpen)
                    {
                        yield return slice;
                    }
                }
            }
        }
    }

    // Null where the connection is being made anew.
    private async Task<IChannel?> TryConsumeAsync(ChannelWriter<TakenSlice> taken, CancellationToken cancellation)
    {
        IChannel? channel = null;
        try
        {
            channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            channel.ChannelShutdownAsync += (_, _) =>
            {
                taken.TryComplete();
                return Task.CompletedTask;
            };
            await channel.QueueDeclarePassiveAsync(queue.Name, cancellation).ConfigureAwait(false);
            await channel.BasicQosAsync(0, 1, global: false, cancellation).ConfigureAwait(false);
            AsyncEventingBasicConsumer consumer = new(channel);
            IChannel own = channel;
            consumer.ReceivedAsync += (_, letter) =>
            {
                // The bytes are the client's again when this returns.
                taken.TryWrite(new TakenSlice(queue, own, letter.DeliveryTag, letter.Body.ToArray(), SliceHeaders.Of(letter.BasicProperties)));
                return Task.CompletedTask;
            };

            // The broker ends a consumer with its queue, or when the queue's node goes away.
            consumer.UnregisteredAsync += (_, _) =>
            {
                taken.TryComplete();
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(queue.Name, autoAck: false, consumer, cancellation).ConfigureAwait(false);
            return channel;
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            if (channel is not null)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }

            return BrokerTrouble.IsPassing(e) ? null : throw BrokerTrouble.Of(broker, queue.Name, e);
        }
    }
}
