namespace SparseRefine.Training;

/// <summary>
/// Learning rate over time: a linear rise over the first <c>warmupSteps</c> steps, base (t + 1) / warmup, then half a cosine
/// from base down to final, final + (base - final) (1 + cos(pi (t - warmup) / (total - warmup))) / 2. Thread-safe.
/// </summary>
internal sealed class CosineSchedule
{
    private readonly int _warmupSteps;
    private readonly int _totalSteps;
    private readonly double _baseRate;
    private readonly double _finalRate;

    /// <summary>Fixes the curve.</summary>
    /// <param name="warmupSteps">Steps of the rise, 0 to <paramref name="totalSteps"/>.</param>
    /// <param name="totalSteps">Steps until the final rate, at least 1.</param>
    /// <param name="baseRate">The highest rate, 0 or more.</param>
    /// <param name="finalRate">The rate at and after the end, 0 to <paramref name="baseRate"/>.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public CosineSchedule(int warmupSteps, int totalSteps, double baseRate, double finalRate = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(warmupSteps, totalSteps);
        if (!(baseRate >= 0 && double.IsFinite(baseRate)))
        {
            throw new ArgumentException(
                $"baseRate: expected a finite number of at least 0, got {baseRate}", nameof(baseRate));
        }

        if (!(finalRate >= 0 && finalRate <= baseRate))
        {
            throw new ArgumentException($"finalRate: expected 0 to {baseRate}, got {finalRate}", nameof(finalRate));
        }

        _warmupSteps = warmupSteps;
        _totalSteps = totalSteps;
        _baseRate = baseRate;
        _finalRate = finalRate;
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Number of steps made before it, 0 or more.</param>
    /// <returns>The rate; the final one from step <c>totalSteps</c> on.</returns>
    public double Rate(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step >= _totalSteps)
        {
            return _finalRate;
        }

        if (step < _warmupSteps)
        {
            return _baseRate * (step + 1) / _warmupSteps;
        }

        double part = (double)(step - _warmupSteps) / (_totalSteps - _warmupSteps);
        return _finalRate + ((_baseRate - _finalRate) * (1 + Math.Cos(Math.PI * part)) / 2);
    }
}
