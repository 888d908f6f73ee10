using RabbitMQ.Client;

namespace SparseRefine.Cluster;

/// <summary>A queue of slices and the one beside it for those that were laid aside: their arguments, and what is asked of them by a channel. Immutable.</summary>
/// <param name="name">The queue's name.</param>
internal sealed class QueuePair(string name)
{
    // Each look at a dead letter counts as a try of it; the limit, which 4.x sets to 20 where none is given, must never be reached.
    private const int EndlessTries = 1_000_000_000;

    /// <summary>The name of the queue for slices that were laid aside.</summary>
    public string Dead { get; } = $"{name}.dead";

    /// <summary>Makes the queue of slices where it is missing; refused where one is there with other arguments.</summary>
    public Task<QueueDeclareOk> DeclareAsync(IChannel channel, int tries, CancellationToken cancellation) => channel.QueueDeclareAsync(
        name, durable: true, exclusive: false, autoDelete: false,
        new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = tries,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = Dead,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        },
        cancellationToken: cancellation);

    /// <summary>Makes the queue for slices that were laid aside where it is missing; refused where one is there with other arguments.</summary>
    public Task<QueueDeclareOk> DeclareDeadAsync(IChannel channel, CancellationToken cancellation) => channel.QueueDeclareAsync(
        Dead, durable: true, exclusive: false, autoDelete: false,
        new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = EndlessTries },
        cancellationToken: cancellation);

    /// <summary>Counts what waits in both.</summary>
    public async Task<QueueCounts> CountAsync(IChannel channel, CancellationToken cancellation)
    {
        QueueDeclareOk dead = await channel.QueueDeclarePassiveAsync(Dead, cancellation).ConfigureAwait(false);
        QueueDeclareOk waiting = await channel.QueueDeclarePassiveAsync(name, cancellation).ConfigureAwait(false);
        return new QueueCounts(waiting.MessageCount, waiting.ConsumerCount, dead.MessageCount);
    }

    /// <summary>Looks at slices that were laid aside; closing the channel gives them back.</summary>
    public async Task<IReadOnlyList<DeadSlice>> DeadAsync(IChannel channel, int most, CancellationToken cancellation)
    {
        List<DeadSlice> slices = [];
        while (slices.Count < most && await channel.BasicGetAsync(Dead, autoAck: false, cancellation).ConfigureAwait(false) is BasicGetResult letter)
        {
            slices.Add(Read(letter));
        }

        return slices;
    }

    /// <summary>Takes all messages of both away that no worker has.</summary>
    public async Task<uint> PurgeAsync(IChannel channel, CancellationToken cancellation)
    {
        await channel.QueuePurgeAsync(Dead, cancellation).ConfigureAwait(false);
        return await channel.QueuePurgeAsync(name, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes both with all that is in them.</summary>
    public async Task<uint> DeleteAsync(IChannel channel, CancellationToken cancellation)
    {
        await channel.QueueDeleteAsync(name, ifUnused: false, ifEmpty: false, cancellationToken: cancellation).ConfigureAwait(false);
        return await channel.QueueDeleteAsync(Dead, ifUnused: false, ifEmpty: false, cancellationToken: cancellation).ConfigureAwait(false);
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

        Dictionary<string, object?> headers = SliceHeaders.Of(letter.BasicProperties);
        return new DeadSlice(message, SliceHeaders.Text(headers, SliceHeaders.Reason) ?? SliceHeaders.Text(headers, SliceHeaders.DeathReason) switch
        {
            "delivery_limit" => "its worker ended each time it was at work on the slice (delivery limit)",
            string reason => $"the broker says {reason}",
            null => "no reason given",
        });
    }
}
