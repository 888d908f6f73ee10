namespace SparseRefine.Batch;

/// <summary>Counts of values in fine bins of fixed bounds, so that a million values take no more memory than one; the page draws them in coarser ones.</summary>
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

    /// <summary>What the page needs: the bins from the first to the last with a value, the lower bound of the first and their width, of the values or of their decimal logarithms.</summary>
    public object ToData()
    {
        int first = Math.Max(0, Array.FindIndex(_counts, c => c > 0));
        int end = Array.FindLastIndex(_counts, c => c > 0) + 1;
        return new { Count, Sum, Start = _start + (first * _step), Step = _step, IsLogarithmic = _isLogarithmic, Counts = _counts[first..Math.Max(first, end)] };
    }
}
