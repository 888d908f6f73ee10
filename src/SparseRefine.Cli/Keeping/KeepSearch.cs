namespace SparseRefine.Cli.Keeping;

/// <summary>
/// The order in which combinations are tried: sizes whose dense answer or whose best possible refiner rules them out are not; a short and a whole fit of the larger network at the cheapest
/// of the others, since what keeps enough there ends most of the search; short fits of it at the rest that may still be cheaper, of the smaller one at the best two, and whole fits of what
/// may be the cheapest that keeps enough.
/// </summary>
/// <param name="kept">What is to be kept.</param>
/// <param name="sizes">The sizes with what the dense model does there.</param>
/// <param name="networks">Planes of the larger network and, where there is one, of the smaller.</param>
/// <param name="fit">Makes a fit and measures it at several shares; nothing where it failed.</param>
internal sealed class KeepSearch(
    KeptShare kept, IReadOnlyList<(DenseSize Size, DenseFacts Facts)> sizes, IReadOnlyList<IReadOnlyList<int>> networks, Func<KeepTrial, IReadOnlyList<KeepPoint>> fit)
{
    /// <summary>Most whole fits, that of the cheapest size among them.</summary>
    public const int MostWhole = 3;

    /// <summary>Sizes at which the smaller network is tried.</summary>
    public const int SmallerTrials = 2;

    private const double ShortShare = 0.2;

    // A short fit that comes so near to what is wanted is worth a whole one.
    private const double Promising = 0.8;

    private readonly List<KeepPoint> _points =
        [.. sizes.Select(s => new KeepPoint($"{s.Size}", KeepPoint.NoNetwork, 0, 0, s.Facts.Milliseconds, s.Facts.MeanIoU, null))];

    private readonly Dictionary<KeepTrial, IReadOnlyList<KeepPoint>> _tried = [];

    /// <summary>All that was measured.</summary>
    public IReadOnlyList<KeepPoint> Points => _points;

    /// <summary>The cheapest that keeps enough; null: nothing does yet.</summary>
    public KeepPoint? Best => _points.Where(point => kept.Holds(point.MeanIoU)).MinBy(point => point.Milliseconds);

    /// <summary>Most short and whole fits that a search makes.</summary>
    /// <param name="sizes">Number of sizes.</param>
    /// <param name="networks">Number of networks.</param>
    public static (int Short, int Whole) Most(int sizes, int networks)
    {
        int trials = sizes + (networks > 1 ? Math.Min(SmallerTrials, sizes) : 0);
        return (trials, Math.Min(MostWhole, trials));
    }

    /// <summary>Searches.</summary>
    public void Run()
    {
        foreach ((DenseSize size, DenseFacts facts) in sizes.OrderBy(s => s.Facts.Milliseconds).Where(s => kept.Holds(s.Facts.Ceiling)))
        {
            if (Best is not KeepPoint best || facts.Milliseconds < best.Milliseconds)
            {
                KeepTrial trial = new(size, networks[0], IsWhole: false, ShortShare);
                Try(trial);

                // A quarter of the epochs tells too little of it to give it up, unless even the fewest pixels take longer than what keeps enough.
                if (!_tried.Keys.Any(t => t.IsWhole) && _tried[trial] is { Count: > 0 } points && !(points.Min(point => point.Milliseconds) >= Best?.Milliseconds))
                {
                    Finish(trial);
                }
            }
        }

        if (networks.Count > 1)
        {
            foreach (KeepTrial trial in Ranked().Take(SmallerTrials))
            {
                Try(trial with { Planes = networks[1] });
            }
        }

        while (_tried.Keys.Count(trial => trial.IsWhole) < MostWhole)
        {
            KeepTrial? next = Ranked().FirstOrDefault(trial => !_tried.Keys.Any(t => t.IsWhole && t.Size == trial.Size && t.Planes == trial.Planes));
            if (next is null || Promise(next)?.Milliseconds >= Best?.Milliseconds || (Promise(next) is null && Best is not null))
            {
                return;
            }

            Finish(next);
        }
    }

    private void Finish(KeepTrial trial) => Try(trial with { IsWhole = true, Share = Promise(trial)?.Share ?? trial.Share });

    private void Try(KeepTrial trial)
    {
        IReadOnlyList<KeepPoint> measured = fit(trial);
        _tried.Add(trial, measured);

        // A whole fit of as many epochs as a short one is the same fit.
        _points.AddRange(measured.Except(_points));
    }

    // The cheapest promise first; without one, the most kept.
    private List<KeepTrial> Ranked() =>
    [
        .. _tried.Keys.Where(trial => !trial.IsWhole && _tried[trial].Count > 0)
            .OrderBy(trial => Promise(trial)?.Milliseconds ?? double.PositiveInfinity)
            .ThenByDescending(trial => _tried[trial].Max(point => point.MeanIoU)),
    ];

    private KeepPoint? Promise(KeepTrial trial) =>
        _tried[trial].Where(point => kept.Of(point.MeanIoU) >= Promising * kept.Wanted).MinBy(point => point.Milliseconds);
}
