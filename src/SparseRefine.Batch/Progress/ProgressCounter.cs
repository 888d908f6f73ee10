namespace SparseRefine.Batch;

/// <summary>Counts what a run has done. Thread-safe.</summary>
/// <param name="time">The clock that rates are measured with.</param>
internal sealed class ProgressCounter(TimeProvider time)
{
    private const int Samples = 64;

    private readonly Lock _lock = new();
    private readonly Queue<(long Time, long Photos, long Pixels)> _samples = new();
    private long _start = time.GetTimestamp();
    private long _end;
    private long? _total;
    private long _skipped;
    private long _done;
    private long _failed;
    private long _pixels;
    private StageTimes _times;
    private double _density;
    private long _internalErrors;
    private long _densities;

    /// <summary>Tells the depths of the queues.</summary>
    public Func<QueueDepths> Queues { get; set; } = () => default;

    /// <summary>Photos failed so far.</summary>
    public long Failed
    {
        get
        {
            lock (_lock)
            {
                return _failed;
            }
        }
    }

    /// <summary>The first photo is about to be scored.</summary>
    public void Start(long? total, long skipped)
    {
        lock (_lock)
        {
            (_total, _skipped, _start) = (total, skipped, time.GetTimestamp());
            _samples.Enqueue((_start, 0, 0));
        }
    }

    /// <summary>A photo is in the journal.</summary>
    public void Add(JournalEntry entry)
    {
        lock (_lock)
        {
            _done++;
            _pixels += entry.Pixels;
            if (entry.Density is double density)
            {
                _density += density;
                _densities++;
            }

            _times += entry.Ms;
            Sample();
        }
    }

    /// <summary>A photo has failed.</summary>
    public void Add(FailedEntry failed)
    {
        lock (_lock)
        {
            _failed++;
            _internalErrors += failed.Reason == FailureReason.Unexpected ? 1 : 0;
            Sample();
        }
    }

    /// <summary>The run has ended: time stands still.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _end = time.GetTimestamp();
        }
    }

    /// <summary>The counts at this moment.</summary>
    public ScoringProgress Snapshot()
    {
        QueueDepths queues = Queues();
        lock (_lock)
        {
            long now = _end > 0 ? _end : time.GetTimestamp();
            (long since, long photos, long pixels) = _samples.Count > 0 ? _samples.Peek() : (_start, 0, 0);
            double seconds = time.GetElapsedTime(since, now).TotalSeconds;
            double rate = seconds > 0 ? (_done + _failed - photos) / seconds : 0;
            long? left = _total - _skipped - _done - _failed;
            return new ScoringProgress
            {
                Done = _done,
                Skipped = _skipped,
                Failed = _failed,
                InternalErrors = _internalErrors,
                Total = _total,
                Pixels = _pixels,
                Elapsed = time.GetElapsedTime(_start, now),
                PhotosPerSecond = rate,
                MegapixelsPerSecond = seconds > 0 ? (_pixels - pixels) / seconds / 1e6 : 0,
                Remaining = rate > 0 && left is long photos1 ? TimeSpan.FromSeconds(Math.Max(0, photos1) / rate) : null,
                MeanDensity = _densities > 0 ? _density / _densities : null,
                StageShares = _times.Total > 0 ? _times / _times.Total : default,
                Queues = queues,
            };
        }
    }

    // Keeps 64 samples, at most one a second: the rate is that of the last minute, or of the last 64 photos where each takes longer than a second.
    private void Sample()
    {
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(_samples.LastOrDefault().Time, now).TotalSeconds >= 1)
        {
            _samples.Enqueue((now, _done + _failed, _pixels));
            if (_samples.Count > Samples)
            {
                _samples.Dequeue();
            }
        }
    }
}
