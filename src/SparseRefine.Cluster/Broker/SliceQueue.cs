using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace SparseRefine.Cluster;

/// <summary>
/// The queue of a job's slices on a RabbitMQ broker (3.10 and later), and beside it the one for slices that were laid aside. Both are quorum queues, and messages are persistent and confirmed. A
/// message whose worker dies is dealt out again, <see cref="ClusterJob.Tries"/> times at most; then the broker moves it to the other queue, and keeps it until that has it (at-least-once).
/// Connections are made anew by themselves; what a worker had then is dealt out again. Publishing is thread-safe, reading is for one caller.
/// </summary>
public sealed class SliceQueue : IAsyncDisposable
{
    private const string ReasonHeader = "sparserefine-reason";
    private const string TraceHeader = "traceparent";
    private const int MostHeaderBytes = 4096;

    // Each look at a dead letter counts as a try of it; the limit, which 4.x sets to 20 where none is given, must never be reached.
    private const int EndlessTries = 1_000_000_000;
    private const int MostUnconfirmed = 256;

    private readonly BrokerAddress _broker;
    private readonly IConnection _connection;
    private readonly SemaphoreSlim _publishing = new(1);
    private IChannel? _publisher;

    private SliceQueue(BrokerAddress broker, string name, IConnection connection) => (_broker, Name, _connection) = (broker, name, connection);

    /// <summary>The queue's name.</summary>
    public string Name { get; }

    /// <summary>Whether the connection stands; false while it is being made anew.</summary>
    public bool IsConnected => _connection.IsOpen;

    private string Dead => $"{Name}.dead";

    /// <summary>Connects to a broker.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="name">The queue's name.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The queue, which may not be there yet; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">No broker, another certificate, user or password, or no such virtual host.</exception>
    public static async Task<SliceQueue> OpenAsync(BrokerAddress broker, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentException.ThrowIfNullOrEmpty(name);
        try
        {
            IConnection connection = await broker.Factory($"sparserefine {name}").CreateConnectionAsync(cancellation).ConfigureAwait(false);
            SliceQueue queue = new(broker, name, connection);
            try
            {
                // The client takes the connection for open before the broker has looked for the virtual host.
                IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
                await channel.DisposeAsync().ConfigureAwait(false);
                return queue;
            }
            catch
            {
                await queue.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            throw BrokerTrouble.Unreachable(broker, e);
        }
    }

    /// <summary>Makes both queues where they are missing.</summary>
    /// <param name="tries">How often a slice may end its worker.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">A queue of the name is there with other arguments, or there is no right to make one.</exception>
    public Task DeclareAsync(int tries, CancellationToken cancellation = default) => WithChannelAsync(
        async channel =>
        {
            await channel.QueueDeclareAsync(
                Dead, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = EndlessTries },
                cancellationToken: cancellation).ConfigureAwait(false);
            await channel.QueueDeclareAsync(
                Name, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?>
                {
                    ["x-queue-type"] = "quorum",
                    ["x-delivery-limit"] = tries,
                    ["x-dead-letter-exchange"] = "",
                    ["x-dead-letter-routing-key"] = Dead,
                    ["x-dead-letter-strategy"] = "at-least-once",
                    ["x-overflow"] = "reject-publish",
                },
                cancellationToken: cancellation).ConfigureAwait(false);
            return 0;
        },
        cancellation);

    /// <summary>Publishes slices.</summary>
    /// <param name="messages">The slices.</param>
    /// <param name="cancellation">Ends the work; what is published stays.</param>
    /// <returns>How many the broker has confirmed, which are all.</returns>
    /// <exception cref="InvalidInputException">The broker refused one, is gone, or has no such queue.</exception>
    public async Task<long> PublishAsync(IAsyncEnumerable<SliceMessage> messages, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Queue<Task> unconfirmed = new();
        long count = 0;
        try
        {
            await foreach (SliceMessage message in messages.WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (unconfirmed.Count >= MostUnconfirmed)
                {
                    await unconfirmed.Dequeue().ConfigureAwait(false);
                }

                unconfirmed.Enqueue(PublishAsync(message, cancellation));
                count++;
            }
        }
        finally
        {
            await Task.WhenAll(unconfirmed).ConfigureAwait(false);
        }

        ClusterInstruments.Published(count);
        return count;
    }

    /// <summary>The slices that the broker deals out to this worker, one at a time: the next one comes once the last is settled.</summary>
    /// <param name="cancellation">Ends the reading; slices that are not settled then are dealt out again once the queue is disposed.</param>
    /// <returns>The slices.</returns>
    /// <exception cref="InvalidInputException">The queue is not there any more, or there is no right to read it.</exception>
    public async IAsyncEnumerable<TakenSlice> TakeAsync([EnumeratorCancellation] CancellationToken cancellation = default)
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

    /// <summary>Counts what waits. A worker's slice is with no count: it is neither waiting nor laid aside.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The counts; null where the queue is not there.</returns>
    /// <exception cref="InvalidInputException">The broker is gone, or there is no right to look.</exception>
    public async Task<QueueCounts?> CountAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await WithChannelAsync<QueueCounts?>(
                async channel =>
                {
                    QueueDeclareOk dead = await channel.QueueDeclarePassiveAsync(Dead, cancellation).ConfigureAwait(false);
                    QueueDeclareOk waiting = await channel.QueueDeclarePassiveAsync(Name, cancellation).ConfigureAwait(false);
                    return new QueueCounts(waiting.MessageCount, waiting.ConsumerCount, dead.MessageCount);
                },
                cancellation).ConfigureAwait(false);
        }
        catch (InvalidInputException e) when (BrokerTrouble.IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>Looks at slices that were laid aside; they stay where they are.</summary>
    /// <param name="most">How many to look at.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The slices, the longest there first.</returns>
    /// <exception cref="InvalidInputException">The broker is gone, or has no such queue.</exception>
    public Task<IReadOnlyList<DeadSlice>> DeadAsync(int most, CancellationToken cancellation = default) => WithChannelAsync<IReadOnlyList<DeadSlice>>(
        async channel =>
        {
            List<DeadSlice> slices = [];
            while (slices.Count < most && await channel.BasicGetAsync(Dead, autoAck: false, cancellation).ConfigureAwait(false) is BasicGetResult letter)
            {
                slices.Add(Read(letter));
            }

            // Closing the channel gives them back.
            return slices;
        },
        cancellation);

    /// <summary>Takes all messages away that no worker has, those laid aside, too: before the slices that are not done are published anew.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">The broker is gone, or has no such queue.</exception>
    public Task PurgeAsync(CancellationToken cancellation = default) => WithChannelAsync(
        async channel =>
        {
            await channel.QueuePurgeAsync(Dead, cancellation).ConfigureAwait(false);
            return await channel.QueuePurgeAsync(Name, cancellation).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Deletes both queues with all that is in them.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">The broker is gone, or there is no right to delete them.</exception>
    public Task DeleteAsync(CancellationToken cancellation = default) => WithChannelAsync(
        async channel =>
        {
            await channel.QueueDeleteAsync(Name, ifUnused: false, ifEmpty: false, cancellationToken: cancellation).ConfigureAwait(false);
            return await channel.QueueDeleteAsync(Dead, ifUnused: false, ifEmpty: false, cancellationToken: cancellation).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Closes the connection; slices that are not settled are dealt out again.</summary>
    /// <returns>Ends when it is closed, after two seconds at most.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.AbortAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is AlreadyClosedException or OperationInterruptedException or TimeoutException or IOException or ObjectDisposedException)
        {
            // A connection that broke is closed.
        }

        _publishing.Dispose();
    }

    /// <summary>Publishes the message anew at the queue's end, with no try counted, as a broker of 3.10 counts whatever is returned to it.</summary>
    internal Task PublishAgainAsync(ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, CancellationToken cancellation) => PublishAsync(Name, body, headers, cancellation);

    /// <summary>Lays a message aside, with a reason.</summary>
    internal Task PublishDeadAsync(ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, string reason, CancellationToken cancellation) =>
        PublishAsync(Dead, body, new Dictionary<string, object?>(headers) { [ReasonHeader] = reason }, cancellation);

    private async Task PublishAsync(SliceMessage message, CancellationToken cancellation)
    {
        using Activity? span = ClusterInstruments.StartPublish(message.Slice);
        Dictionary<string, object?> headers = [];
        if ((span ?? Activity.Current)?.Id is string trace)
        {
            headers[TraceHeader] = trace;
        }

        await PublishAsync(Name, message.ToBytes(), headers, cancellation).ConfigureAwait(false);
    }

    private async Task PublishAsync(string queue, ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, CancellationToken cancellation)
    {
        BasicProperties properties = new() { Persistent = true, ContentType = "application/json", Headers = headers };
        try
        {
            IChannel channel = await PublisherAsync(cancellation).ConfigureAwait(false);
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            throw BrokerTrouble.Of(_broker, queue, e);
        }
    }

    private async Task<IChannel> PublisherAsync(CancellationToken cancellation)
    {
        await _publishing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_publisher is not { IsOpen: true })
            {
                _publisher = await _connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation).ConfigureAwait(false);
            }

            return _publisher;
        }
        finally
        {
            _publishing.Release();
        }
    }

    // Null where the connection is being made anew.
    private async Task<IChannel?> TryConsumeAsync(ChannelWriter<TakenSlice> taken, CancellationToken cancellation)
    {
        IChannel? channel = null;
        try
        {
            channel = await _connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            channel.ChannelShutdownAsync += (_, _) =>
            {
                taken.TryComplete();
                return Task.CompletedTask;
            };
            await channel.QueueDeclarePassiveAsync(Name, cancellation).ConfigureAwait(false);
            await channel.BasicQosAsync(0, 1, global: false, cancellation).ConfigureAwait(false);
            AsyncEventingBasicConsumer consumer = new(channel);
            IChannel own = channel;
            consumer.ReceivedAsync += (_, letter) =>
            {
                // The bytes are the client's again when this returns.
                taken.TryWrite(new TakenSlice(this, own, letter.DeliveryTag, letter.Body.ToArray(), Headers(letter.BasicProperties)));
                return Task.CompletedTask;
            };

            // The broker ends a consumer with its queue, or when the queue's node goes away.
            consumer.UnregisteredAsync += (_, _) =>
            {
                taken.TryComplete();
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(Name, autoAck: false, consumer, cancellation).ConfigureAwait(false);
            return channel;
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            if (channel is not null)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }

            return BrokerTrouble.IsPassing(e) ? null : throw BrokerTrouble.Of(_broker, Name, e);
        }
    }

    private async Task<T> WithChannelAsync<T>(Func<IChannel, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            IChannel channel = await _connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
            {
                return await work(channel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (BrokerTrouble.Is(e, cancellation))
        {
            throw BrokerTrouble.Of(_broker, Name, e);
        }
    }

    private static DeadSlice Read(BasicGetResult letter)
    {
        SliceMessage? message = null;
        try
        {
            message = SliceMessage.Parse(letter.Body.Span);
        }
        catch (InvalidInputException)
        {
            // Why it is none stands in its reason.
        }

        Dictionary<string, object?> headers = Headers(letter.BasicProperties);
        return new DeadSlice(message, Text(headers.GetValueOrDefault(ReasonHeader)) ?? Text(headers.GetValueOrDefault("x-first-death-reason")) switch
        {
            "delivery_limit" => "its worker ended each time it was at work on the slice (delivery limit)",
            string reason => $"the broker says {reason}",
            null => "no reason given",
        });
    }

    private static Dictionary<string, object?> Headers(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers ? new(headers.Where(header => header.Key is TraceHeader or ReasonHeader or "x-first-death-reason")) : [];

    /// <summary>A header's text; null for none, or one that is too long.</summary>
    internal static string? Text(object? header) => header switch
    {
        string text => text,
        byte[] { Length: <= MostHeaderBytes } bytes => ClusterText.OneLine(System.Text.Encoding.UTF8.GetString(bytes)),
        _ => null,
    };
}
