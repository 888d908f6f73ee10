using System.Diagnostics;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Cluster;

/// <summary>Measures how fast one worker of this machine scores a job's photos. The first photo, which warms the models up, does not count.</summary>
internal sealed class WorkRate : IScoringObserver
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _enough = new();
    private long _started;
    private long _first;
    private long _last;
    private int _count;

    /// <summary>Measures.</summary>
    /// <param name="plan">What is planned.</param>
    /// <param name="model">The model, a file.</param>
    /// <param name="photos">Paths of some of them.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Photos a second.</returns>
    /// <exception cref="InvalidInputException">None of them could be scored.</exception>
    public static async Task<double> MeasureAsync(PlanOptions plan, string model, IReadOnlyList<string> photos, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("sparserefine-rate-").FullName;
        try
        {
            WorkRate rate = new();
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, rate._enough.Token);
            ScoringOptions options = new()
            {
                Model = model,
                Output = folder,
                Inputs = plan.Inputs with { Paths = [], List = null, Reader = new StringReader(string.Join('\0', photos)), IsNulDivided = true },
                OpenStore = plan.OpenStore,
                Workers = 1,
            };
            await new ScoringJob(options, rate).RunAsync(stop.Token).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return rate._count > 1 ? (rate._count - 1) / Stopwatch.GetElapsedTime(rate._first, rate._last).TotalSeconds
                : rate._count == 1 ? 1 / Stopwatch.GetElapsedTime(rate._started, rate._first).TotalSeconds
                : throw new InvalidInputException("photos", "some that can be scored here, to measure how many a slice may have (or give --slices or --photos-per-second)", "none");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info) => _started = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        _last = Stopwatch.GetTimestamp();
        _first = _count++ == 0 ? _last : _first;
        if (Stopwatch.GetElapsedTime(_started) > Limit)
        {
            _enough.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
    }
}
