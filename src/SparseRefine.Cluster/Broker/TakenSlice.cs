using RabbitMQ.Client;

namespace SparseRefine.Cluster;

/// <summary>
/// A message that the broker dealt out to this worker. It is settled in one of three ways; a worker that dies before leaves it to the broker, which deals it out again. A connection that broke
/// meanwhile has given it back already: settling does nothing then.
/// </summary>
public sealed class TakenSlice
{
    private readonly SliceQueue _queue;
    private readonly IChannel _channel;
    private readonly ulong _tag;
    private readonly byte[] _body;
    private readonly Dictionary<string, object?> _headers;

    internal TakenSlice(SliceQueue queue, IChannel channel, ulong tag, byte[] body, Dictionary<string, object?> headers) =>
        (_queue, _channel, _tag, _body, _headers) = (queue, channel, tag, body, headers);

    /// <summary>The message's bytes, which may be anything: <see cref="SliceMessage.Parse"/> checks them.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    /// <summary>The trace that the message belongs to, as W3C's <c>traceparent</c>; null for none.</summary>
    public string? TraceParent => SliceHeaders.Text(_headers, SliceHeaders.Trace);

    /// <summary>The slice is done: its journal is durable.</summary>
    /// <returns>Whether the broker could be told; false where it will deal the slice out again.</returns>
    public async Task<bool> AcknowledgeAsync()
    {
        try
        {
            await _channel.BasicAckAsync(_tag, multiple: false).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (BrokerTrouble.Is(e))
        {
            return false;
        }
    }

    /// <summary>Another worker shall take the slice: it goes to the queue's end, and no try is counted.</summary>
    /// <param name="cancellation">Ends the attempt; the broker deals the slice out again all the same, and counts a try.</param>
    /// <returns>Whether the broker could be told.</returns>
    public Task<bool> GiveBackAsync(CancellationToken cancellation = default) => MoveAsync(() => _queue.PublishAgainAsync(_body, _headers, cancellation));

    /// <summary>No worker can do the slice: it is laid aside.</summary>
    /// <param name="reason">Why, as one line.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whether the broker could be told.</returns>
    public Task<bool> LayAsideAsync(string reason, CancellationToken cancellation = default) => MoveAsync(() => _queue.PublishDeadAsync(_body, _headers, reason, cancellation));

    // The copy is there before the message goes: a worker that dies between both leaves the slice twice, which is done once.
    private async Task<bool> MoveAsync(Func<Task> publish)
    {
        try
        {
            if (!_channel.IsOpen)
            {
                return false;
            }

            await publish().ConfigureAwait(false);
        }
        catch (InvalidInputException)
        {
            return false;
        }

        return await AcknowledgeAsync().ConfigureAwait(false);
    }
}
