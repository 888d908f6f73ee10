namespace SparseRefine.Training;

/// <summary>Ends training once a score, higher is better, has not risen for some epochs. Not thread-safe.</summary>
internal sealed class EarlyStopping
{
    private readonly double _minDelta;
    private readonly int _patience;
    private int _updates;

    /// <summary>Sets what counts as progress.</summary>
    /// <param name="minDelta">A score counts as better where it is above the best by more than this, 0 or more.</param>
    /// <param name="patience">Updates in a row without progress after which to stop, at least 1.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public EarlyStopping(double minDelta, int patience)
    {
        if (!(minDelta >= 0 && double.IsFinite(minDelta)))
        {
            throw new ArgumentException(
                $"minDelta: expected a finite number of at least 0, got {minDelta}", nameof(minDelta));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        _minDelta = minDelta;
        _patience = patience;
    }

    /// <summary>The best score so far; negative infinity before the first.</summary>
    public double Best { get; private set; } = double.NegativeInfinity;

    /// <summary>Number (from 0) of the update that brought <see cref="Best"/>; -1 before the first.</summary>
    public int BestUpdate { get; private set; } = -1;

    /// <summary>Whether the last update brought progress: the time to keep a copy of the weights.</summary>
    public bool IsBest => _updates > 0 && BestUpdate == _updates - 1;

    /// <summary>Whether <c>patience</c> updates in a row brought no progress.</summary>
    public bool ShouldStop => _updates - 1 - BestUpdate >= _patience;

    /// <summary>Takes the score of one epoch.</summary>
    /// <param name="score">Higher is better; NaN is no progress.</param>
    /// <returns><see cref="IsBest"/>.</returns>
    public bool Update(double score)
    {
        if (score > Best + _minDelta)
        {
            Best = score;
            BestUpdate = _updates;
        }

        _updates++;
        return IsBest;
    }
}
