using SparseRefine.Images;

namespace SparseRefine.Onnx.Preprocessing;

/// <summary>
/// The weights that turn a side of <see cref="Source"/> samples into one of <see cref="Target"/>: target i is the sum
/// over k of weight[Offset(i) + k] * source[Start(i) + k]. Weights of a target add up to 1.
/// </summary>
internal sealed class ResampleAxis
{
    private readonly int[] _starts;
    private readonly int[] _offsets;
    private readonly float[] _weights;

    public ResampleAxis(int source, int target, Interpolation interpolation)
    {
        Source = source;
        Target = target;
        _starts = new int[target];
        _offsets = new int[target + 1];
        var weights = new List<float>();
        for (int i = 0; i < target; i++)
        {
            _starts[i] = interpolation switch
            {
                _ when source == target => AddNearest(weights, i),
                Interpolation.Nearest => AddNearest(weights, NearestSource(i, source, target)),
                Interpolation.Area when target < source => AddArea(weights, i, source, target),
                _ => AddLinear(weights, i, source, target),
            };
            _offsets[i + 1] = weights.Count;
        }

        _weights = [.. weights];
    }

    public int Source { get; }

    public int Target { get; }

    public int Start(int target) => _starts[target];

    public ReadOnlySpan<float> Weights(int target) =>
        _weights.AsSpan(_offsets[target], _offsets[target + 1] - _offsets[target]);

    // The source whose cell holds the target's centre, in integers so that no rounding moves it.
    private static int NearestSource(int i, int source, int target) => (int)(((2L * i) + 1) * source / (2L * target));

    private static int AddNearest(List<float> weights, int start)
    {
        weights.Add(1f);
        return start;
    }

    // Target i covers [i * source, (i + 1) * source) in units of 1 / target of a source sample: borders are integers.
    private static int AddArea(List<float> weights, int i, int source, int target)
    {
        long from = (long)i * source;
        long to = from + source;
        int first = (int)(from / target);
        int last = (int)((to - 1) / target);
        for (int s = first; s <= last; s++)
        {
            long covered = Math.Min(to, (s + 1L) * target) - Math.Max(from, (long)s * target);
            weights.Add((float)((double)covered / source));
        }

        return first;
    }

    private static int AddLinear(List<float> weights, int i, int source, int target)
    {
        double centre = Math.Clamp(((i + 0.5) * source / target) - 0.5, 0, source - 1);
        int first = Math.Min((int)centre, Math.Max(source - 2, 0));
        double fraction = centre - first;
        weights.Add((float)(1 - fraction));
        if (fraction > 0)
        {
            weights.Add((float)fraction);
        }

        return first;
    }
}
