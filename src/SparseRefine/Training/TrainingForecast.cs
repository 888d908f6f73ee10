using System.Diagnostics;

namespace SparseRefine.Training;

/// <summary>How long a training will take, from the time of its first steps. Not thread-safe.</summary>
/// <param name="stepsPerEpoch">Steps of an epoch.</param>
/// <param name="epochs">Epochs planned.</param>
internal sealed class TrainingForecast(int stepsPerEpoch, int epochs)
{
    // The first step compiles code and fills pools, so the clock starts at its end.
    private const int FewSteps = 10;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(3);

    private long _started;
    private int _steps = -1;

    /// <summary>What a validation takes, in steps; 0 where unknown.</summary>
    public double ValidationSteps { get; set; }

    /// <summary>Notes that a step is done.</summary>
    public void Step()
    {
        if (_steps++ < 0)
        {
            _started = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Notes a validation's end: its time does not count as a step's.</summary>
    /// <param name="elapsed">What it took.</param>
    public void Validated(TimeSpan elapsed) => _started += (long)(elapsed.TotalSeconds * Stopwatch.Frequency);

    /// <summary>The time left; null before enough steps are timed.</summary>
    /// <param name="epoch">The epoch in work, from 1.</param>
    /// <param name="step">Its steps that are done.</param>
    public TimeSpan? Remaining(int epoch, int step)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        if (_steps < 1 || (_steps < FewSteps && elapsed < Enough && step < stepsPerEpoch))
        {
            return null;
        }

        double left = ((epochs - epoch + 1.0) * (stepsPerEpoch + ValidationSteps)) - step;
        return elapsed / _steps * left;
    }
}
