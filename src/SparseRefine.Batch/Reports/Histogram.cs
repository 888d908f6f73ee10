namespace SparseRefine.Batch;

/// <summary>Counts of values in fine bins of fixed bounds, so that a million values take no more memory than one; drawn in coarser ones.</summary>
internal sealed class Histogram
{
    private readonly double _start;
    private readonly double _step;
    private readonly bool _isLogarithmic;
    private readonly long[] _counts;

    private Histogram(double start, double step, int bins, bool isLogarithmic)
    {
        (_start, _step, _isLogarithmic) = (start, step, isLogarithmic);
        _counts = new long[bins];
    }

    /// <summary>Number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the values.</summary>
    public double Sum { get; private set; }

    /// <summary>Shares: bins of half a percent.</summary>
    public static Histogram OfShares() => new(0, 0.005, 200, isLogarithmic: false);

    /// <summary>Milliseconds from 0.1 to a million, 24 bins a decade.</summary>
    public static Histogram OfMilliseconds() => new(-1, 1.0 / 24, 7 * 24, isLogarithmic: true);

    /// <summary>Counts a value; one out of range counts in the first or last bin.</summary>
    public void Add(double value)
    {
        double place = ((_isLogarithmic ? Math.Log10(Math.Max(value, 1e-9)) : value) - _start) / _step;
        _counts[(int)Math.Clamp(place, 0, _counts.Length - 1)]++;
        Count++;
        Sum += value;
    }

    /// <summary>The bars from the lowest to the highest value, at most as many as asked for; empty without values.</summary>
    public IReadOnlyList<(double From, double To, long Count)> Bars(int most)
    {
        int first = Array.FindIndex(_counts, c => c > 0);
        if (first < 0)
        {
            return [];
        }

        int end = Array.FindLastIndex(_counts, c => c > 0) + 1;
        int width = ((end - first) + most - 1) / most;
        List<(double From, double To, long Count)> bars = [];
        for (int at = first; at < end; at += width)
        {
            bars.Add((Bound(at), Bound(Math.Min(at + width, _counts.Length)), _counts.AsSpan(at, Math.Min(width, _counts.Length - at)).ToArray().Sum()));
        }

        return bars;
    }

    private double Bound(int bin)
    {
        double bound = _start + (bin * _step);
        return _isLogarithmic ? Math.Pow(10, bound) : bound;
    }
}
