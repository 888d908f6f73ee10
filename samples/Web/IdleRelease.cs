using System.Diagnostics;
using Microsoft.Extensions.Options;

/// <summary>
/// Gives memory back once no photo has come for a while, and now and then while photos come one by one: buffers stay as large as the largest burst needed them, and the collector
/// has no reason to come while little is allocated. It costs the next photo up to half its time again.
/// </summary>
internal sealed class IdleRelease(Segmenter segmenter, Places places, ServiceMetrics metrics, IOptions<ServiceOptions> options) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan idle = TimeSpan.FromSeconds(options.Value.IdleSeconds);
        TimeSpan most = TimeSpan.FromSeconds(options.Value.ReleaseSeconds);
        using PeriodicTimer timer = new(idle / 2);
        long released = Stopwatch.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            TimeSpan since = Stopwatch.GetElapsedTime(released);
            TimeSpan rest = places.Idle;
            bool hasWorked = rest < since;
            if (hasWorked && (rest >= idle || (since >= most && !places.HasWaiting)))
            {
                segmenter.ReleaseBuffers();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                released = Stopwatch.GetTimestamp();
                metrics.Released();
            }
        }
    }
}
