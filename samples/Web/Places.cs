using System.Diagnostics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

/// <summary>Who may come in: bodies that are read, photos that are with the model, photos that wait for it, and what they take. Thread-safe.</summary>
internal sealed class Places(IOptions<ServiceOptions> options, ServiceMetrics metrics) : IDisposable
{
    private readonly ServiceOptions _options = options.Value;
    private readonly ConcurrencyLimiter _readers = new(new() { PermitLimit = options.Value.Readers, QueueLimit = 0 });
    private readonly ConcurrencyLimiter _photos = new(
        new() { PermitLimit = options.Value.Concurrency, QueueLimit = options.Value.Queue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    private long _bytes;
    private double _seconds = 1;
    private long _lastEnd = Stopwatch.GetTimestamp();

    /// <summary>Whether a photo that came now would be refused.</summary>
    public bool IsFull => HasFullQueue || _readers.GetStatistics()!.CurrentAvailablePermits == 0 || Interlocked.Read(ref _bytes) >= _options.BodyMemory;

    /// <summary>Whether a photo that is there would be refused, so that its body need not be read.</summary>
    public bool HasFullQueue => _photos.GetStatistics() is { CurrentAvailablePermits: 0 } photos && photos.CurrentQueuedCount >= _options.Queue;

    /// <summary>Whether a photo waits for a place.</summary>
    public bool HasWaiting => _photos.GetStatistics()!.CurrentQueuedCount > 0;

    /// <summary>Time since a photo was last with the model; zero while one is.</summary>
    public TimeSpan Idle => _photos.GetStatistics()!.CurrentAvailablePermits < _options.Concurrency
        ? TimeSpan.Zero
        : Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastEnd));

    /// <summary>Seconds after which a refused client does well to try again: when what waits now will have been answered.</summary>
    public int RetryAfter =>
        (int)Math.Clamp(Math.Ceiling(Volatile.Read(ref _seconds) * ((_photos.GetStatistics()!.CurrentQueuedCount / _options.Concurrency) + 1)), 1, 300);

    /// <summary>Takes a reader's place, which is not waited for.</summary>
    /// <returns>The place, if it was acquired, until it is disposed.</returns>
    public RateLimitLease TakeReader() => _readers.AttemptAcquire();

    /// <summary>Runs a photo's work once there is a place for it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What the work made; null where too many wait.</returns>
    public async Task<T?> RunAsync<T>(Func<T> work, CancellationToken cancellation)
        where T : class
    {
        using RateLimitLease lease = await _photos.AcquireAsync(1, cancellation);
        if (!lease.IsAcquired)
        {
            return null;
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            // A moving mean is good enough for advice; two photos that end at once may lose one of their shares.
            Volatile.Write(ref _seconds, (0.8 * Volatile.Read(ref _seconds)) + (0.2 * Stopwatch.GetElapsedTime(start).TotalSeconds));
            Interlocked.Exchange(ref _lastEnd, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Counts memory of a body.</summary>
    /// <param name="bytes">More, or with a minus less.</param>
    /// <returns>False, with nothing counted, where the bodies would take more than allowed.</returns>
    public bool TryCount(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > _options.BodyMemory && bytes > 0)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return false;
        }

        metrics.Body(bytes);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readers.Dispose();
        _photos.Dispose();
    }
}
