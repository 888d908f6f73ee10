using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SparseRefine.Cluster;

/// <summary>
/// The queue of a job's slices on a RabbitMQ broker (3.10 and later), and beside it the one for slices that were laid aside. Both are quorum queues, and messages are persistent and confirmed. A
/// message whose worker dies is dealt out again, <see cref="ClusterJob.Tries"/> times at most; then the broker moves it to the other queue, and keeps it until that has it (at-least-once).
/// Connections are made anew by themselves; what a worker had then is dealt out again. Publishing is thread-safe, reading is for one caller.
/// </summary>
public sealed class SliceQueue : IAsyncDisposable
{
    private const int MostUnconfirmed = 256;

    private readonly BrokerAddress _broker;
    private readonly IConnection _connection;
    private readonly SlicePublisher _publisher;
    private readonly QueuePair _pair;

    private SliceQueue(BrokerAddress broker, string name, IConnection connection)
    {
        (_broker, Name, _connection) = (broker, name, connection);
        _publisher = new SlicePublisher(broker, connection);
        _pair = new QueuePair(name);
    }

    /// <summary>The queue's name.</summary>
    public string Name { get; }

    /// <summary>Whether the connection stands; false while it is being made anew.</summary>
    public bool IsConnected => _connection.IsOpen;

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
    public async Task DeclareAsync(int tries, CancellationToken cancellation = default)
    {
        // What is refused leaves none of both. Quorum queues cannot be deleted on conditions; nobody knows of this one yet.
        bool isNew = !await IsThereAsync(cancellation).ConfigureAwait(false);
        await WithChannelAsync(channel => _pair.DeclareAsync(channel, tries, cancellation), cancellation).ConfigureAwait(false);
        try
        {
            await WithChannelAsync(channel => _pair.DeclareDeadAsync(channel, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (InvalidInputException) when (isNew)
        {
            await WithChannelAsync(channel => channel.QueueDeleteAsync(Name, ifUnused: false, ifEmpty: false, cancellationToken: cancellation), cancellation).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Publishes slices.</summary>
    /// <param name="messages">The slices.</param>
    /// <param name="trace">The trace that they belong to, as <see cref="JobPlan.Trace"/>; default: the current one, or a new one.</param>
    /// <param name="cancellation">Ends the work; what is published stays.</param>
    /// <returns>How many the broker has confirmed, which are all.</returns>
    /// <exception cref="InvalidInputException">The broker refused one, is gone, or has no such queue.</exception>
    public async Task<long> PublishAsync(IAsyncEnumerable<SliceMessage> messages, ActivityContext trace = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using Activity? span = ClusterInstruments.StartPublish(trace);
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
    public IAsyncEnumerable<TakenSlice> TakeAsync(CancellationToken cancellation = default) => new SliceConsumer(this, _broker, _connection).TakeAsync(cancellation);

    /// <summary>Counts what waits. A worker's slice is with no count: it is neither waiting nor laid aside.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The counts; null where the queue is not there.</returns>
    /// <exception cref="InvalidInputException">The broker is gone, or there is no right to look.</exception>
    public async Task<QueueCounts?> CountAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await WithChannelAsync<QueueCounts?>(async channel => await _pair.CountAsync(channel, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
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
    public Task<IReadOnlyList<DeadSlice>> DeadAsync(int most, CancellationToken cancellation = default) =>
        WithChannelAsync(channel => _pair.DeadAsync(channel, most, cancellation), cancellation);

    /// <summary>Takes all messages away that no worker has, those laid aside, too: before the slices that are not done are published anew.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">The broker is gone, or has no such queue.</exception>
    public Task PurgeAsync(CancellationToken cancellation = default) => WithChannelAsync(channel => _pair.PurgeAsync(channel, cancellation), cancellation);

    /// <summary>Deletes both queues with all that is in them.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">The broker is gone, or there is no right to delete them.</exception>
    public Task DeleteAsync(CancellationToken cancellation = default) => WithChannelAsync(channel => _pair.DeleteAsync(channel, cancellation), cancellation);

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

        _publisher.Dispose();
    }

    /// <summary>Publishes the message anew at the queue's end, with no try counted, as a broker of 3.10 counts whatever is returned to it.</summary>
    internal Task PublishAgainAsync(ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, CancellationToken cancellation) => _publisher.PublishAsync(Name, body, headers, cancellation);

    /// <summary>Lays a message aside, with a reason.</summary>
    internal Task PublishDeadAsync(ReadOnlyMemory<byte> body, IDictionary<string, object?> headers, string reason, CancellationToken cancellation) =>
        _publisher.PublishAsync(_pair.Dead, body, new Dictionary<string, object?>(headers) { [SliceHeaders.Reason] = reason }, cancellation);

    private async Task PublishAsync(SliceMessage message, CancellationToken cancellation)
    {
        using Activity? span = ClusterInstruments.StartPublish(message.Slice);
        Dictionary<string, object?> headers = [];
        if ((span ?? Activity.Current)?.Id is string trace)
        {
            headers[SliceHeaders.Trace] = trace;
        }

        await _publisher.PublishAsync(Name, message.ToBytes(), headers, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellation)
    {
        try
        {
            await WithChannelAsync(channel => channel.QueueDeclarePassiveAsync(Name, cancellation), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (InvalidInputException e) when (BrokerTrouble.IsMissing(e))
        {
            return false;
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
}
