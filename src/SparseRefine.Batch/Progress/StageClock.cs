using System.Diagnostics;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Times the stages of one photo, and tells listeners (<see cref="ScoringInstruments"/>). Every stage of every photo passes through <see cref="Run{T}"/>
/// or <see cref="Score"/>. One thread at a time.
/// </summary>
/// <param name="item">The photo.</param>
internal sealed class StageClock(WorkItem item)
{
    private readonly Activity? _span = ScoringInstruments.StartPhoto(item);
    private readonly double[] _milliseconds = new double[Enum.GetValues<Stage>().Length];

    /// <summary>The photo.</summary>
    public WorkItem Item => item;

    /// <summary>The file as it was when it was read.</summary>
    public FileStatus? Input { get; set; }

    /// <summary>Sum of the stages so far.</summary>
    public double Total => _milliseconds.Sum();

    /// <summary>Runs a stage's work and adds its time, also where it fails.</summary>
    /// <typeparam name="T">What the work makes.</typeparam>
    /// <param name="stage">The stage.</param>
    /// <param name="work">The work.</param>
    /// <returns>What the work made.</returns>
    public T Run<T>(Stage stage, Func<T> work)
    {
        using Activity? span = ScoringInstruments.StartStage(stage, _span);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        catch (Exception e)
        {
            ScoringInstruments.Fail(span, e);
            throw;
        }
        finally
        {
            _milliseconds[(int)stage] += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    /// <summary>Runs the stages of a model and adds the times that the model tells of them.</summary>
    /// <param name="predict">The prediction.</param>
    /// <returns>What it made.</returns>
    public SegmentationResult Score(Func<SegmentationResult> predict)
    {
        DateTime start = DateTime.UtcNow;
        long begun = Stopwatch.GetTimestamp();
        SegmentationResult result;
        try
        {
            result = predict();
        }
        catch (Exception e)
        {
            // Which stage failed is not known; the dense model's is the first.
            _milliseconds[(int)Stage.Dense] += Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            using Activity? span = ScoringInstruments.StartStage(Stage.Dense, _span, start);
            ScoringInstruments.Fail(span, e);
            throw;
        }

        for (Stage stage = Stage.Dense; stage <= Stage.Ensemble; stage++)
        {
            double milliseconds = result.Times[stage];
            _milliseconds[(int)stage] += milliseconds;
            if (milliseconds > 0)
            {
                using Activity? span = ScoringInstruments.StartStage(stage, _span, start);
                start += TimeSpan.FromMilliseconds(milliseconds);
                span?.SetEndTime(start);
            }
        }

        return result;
    }

    /// <summary>The photo is in the journal.</summary>
    public void Done(JournalEntry entry) => ScoringInstruments.Done(entry, _milliseconds, _span);

    /// <summary>The photo could not be scored.</summary>
    public void Failed(PhotoFailedException e) => ScoringInstruments.Failed(e.Reason, e.Message, _milliseconds, _span);

    /// <summary>The times, to the microsecond.</summary>
    public StageTimes ToTimes() => StageTimes.Of(stage => Math.Round(_milliseconds[(int)stage], 3));
}
