using Microsoft.Extensions.Time.Testing;
using SparseRefine.Batch.Tests.Journals;
using Xunit;

namespace SparseRefine.Batch.Tests.Progress;

public sealed class ProgressCounterTests
{
    private static readonly FailedEntry Failure = new("x", "x", FailureReason.Damaged, "x", Lines.Time);

    private readonly FakeTimeProvider _time = new();

    private void Add(ProgressCounter counter, int photos, double secondsEach)
    {
        for (int i = 0; i < photos; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(secondsEach));
            counter.Add(Lines.Entry($"{i}"));
        }
    }

    [Fact]
    public void Snapshot_AfterSomePhotos_GivesRatesAndTheRestsTime()
    {
        ProgressCounter counter = new(_time) { Queues = () => new QueueDepths(1, 2, 3) };
        counter.Start(total: 20, skipped: 5);
        Add(counter, photos: 4, secondsEach: 2);
        _time.Advance(TimeSpan.FromSeconds(2));
        counter.Add(Failure);
        ScoringProgress progress = counter.Snapshot();
        Assert.Equal((4, 1, 5, 20, 48), (progress.Done, progress.Failed, progress.Skipped, progress.Total, progress.Pixels));
        Assert.Equal((TimeSpan.FromSeconds(10), 0.5), (progress.Elapsed, progress.PhotosPerSecond));
        Assert.Equal(48 / 10 / 1e6, progress.MegapixelsPerSecond, 1e-6);
        Assert.Equal(TimeSpan.FromSeconds(20), progress.Remaining); // 10 of 20 are left
        Assert.Equal((0.5, new QueueDepths(1, 2, 3)), (progress.MeanDensity, progress.Queues));
        Assert.All(Enum.GetValues<Stage>(), stage => Assert.Equal(Lines.Entry("x").Ms[stage] / 21, progress.StageShares[stage], 1e-12));
    }

    [Fact]
    public void Snapshot_RateThatChanges_FollowsTheLastMinute()
    {
        ProgressCounter counter = new(_time);
        counter.Start(null, 0);
        Add(counter, photos: 100, secondsEach: 10);
        Add(counter, photos: 640, secondsEach: 0.1);
        Assert.Equal(10, counter.Snapshot().PhotosPerSecond, 0.5);
        Assert.Null(counter.Snapshot().Remaining);
    }

    [Fact]
    public void Snapshot_BeforeTheFirstAndAfterTheEnd_HasNoRateAndStandsStill()
    {
        ProgressCounter counter = new(_time);
        counter.Start(3, 0);
        Assert.Equal((0, (TimeSpan?)null, (double?)null), (counter.Snapshot().PhotosPerSecond, counter.Snapshot().Remaining, counter.Snapshot().MeanDensity));
        Add(counter, photos: 3, secondsEach: 1);
        counter.Stop();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((TimeSpan.FromSeconds(3), 1), (counter.Snapshot().Elapsed, counter.Snapshot().PhotosPerSecond));
    }
}
