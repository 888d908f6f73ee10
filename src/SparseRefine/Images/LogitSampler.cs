using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Images;

/// <summary>
/// Reads a low-resolution logit map as if it had the picture's size, one row or one pixel at a time, so that
/// [classes, height, width] never exists. Column x reads the map at s = (x + 0.5) w / width - 0.5, clamped to
/// [0, w - 1], and so do rows; bilinear is h = a + fx (b - a) within the two rows, then h0 + fy (h1 - h0).
/// Every reader in this library gives the same bits for the same pixel. Immutable and thread-safe; the map's values
/// must not change meanwhile.
/// </summary>
public sealed partial class LogitSampler
{
    /// <summary>The largest magnitude a logit may have; leaves room for differences in single precision.</summary>
    public const float MaxMagnitude = 1e30f;

    private readonly int[] _left;
    private readonly int[] _right;
    private readonly float[] _columnWeights;

    /// <summary>Looks at <paramref name="map"/> as a picture of the given size.</summary>
    /// <param name="map">Logits at the model's resolution; kept, not copied.</param>
    /// <param name="height">Rows of the picture, at least 1.</param>
    /// <param name="width">Columns of the picture, at least 1.</param>
    /// <param name="mode">Nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A size below 1, or another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public LogitSampler(LogitMap map, int height, int width, Interpolation mode)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ThrowUnlessSampling(mode);
        ThrowUnlessFinite(map);
        Map = map;
        Height = height;
        Width = width;
        Mode = mode;

        // Padded columns repeat the last one, so that kernels run whole vectors without a tail.
        PaddedWidth = VectorMath.Pad(width);
        _left = new int[PaddedWidth];
        _right = new int[PaddedWidth];
        _columnWeights = new float[PaddedWidth];
        for (int x = 0; x < PaddedWidth; x++)
        {
            (_left[x], _right[x], _columnWeights[x]) = Locate(Math.Min(x, width - 1), map.Width, width, mode);
        }
    }

    /// <summary>The map it reads.</summary>
    public LogitMap Map { get; }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <summary>Columns that kernels work on: whole vectors.</summary>
    internal int PaddedWidth { get; }

    /// <summary>Reads one row of the picture.</summary>
    /// <param name="y">The row, from 0.</param>
    /// <param name="values">[classes, width], one plane of a single row a class.</param>
    /// <exception cref="ArgumentException">A row outside the picture, or another number of values.</exception>
    public void SampleRow(int y, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        if (values.Length != (long)Map.Classes * Width)
        {
            throw new ArgumentException(
                $"values: expected {Map.Classes}x{Width} = {(long)Map.Classes * Width} values, got {values.Length}",
                nameof(values));
        }

        (int top, int bottom, float weight) = LocateRow(y);
        for (int c = 0; c < Map.Classes; c++)
        {
            ReadOnlySpan<float> upper = SourceRow(c, top);
            ReadOnlySpan<float> lower = SourceRow(c, bottom);
            Span<float> target = values.Slice(c * Width, Width);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = Sample(upper, lower, x, weight);
            }
        }
    }

    /// <summary>Reads the logits of chosen pixels.</summary>
    /// <param name="sites">Pixels of one picture of this size, any order; may be empty.</param>
    /// <param name="rows">[sites.Count, classes], row i for site i.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <exception cref="ArgumentException">Sites of another size, or another number of values.</exception>
    public void Gather(SiteSet sites, float[] rows, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(workers);
        if (sites.Images != 1 || sites.Height != Height || sites.Width != Width)
        {
            throw new ArgumentException(
                $"sites: expected 1x{Height}x{Width}, got {sites.Images}x{sites.Height}x{sites.Width}", nameof(sites));
        }

        int classes = Map.Classes;
        if (rows.LongLength != (long)sites.Count * classes)
        {
            throw new ArgumentException(
                $"rows: expected {sites.Count}x{classes} = {(long)sites.Count * classes} values, got {rows.Length}",
                nameof(rows));
        }

        workers.For(sites.Count, 8192, (_, start, end) => GatherRange(
            sites.Indices.AsSpan(start, end - start), rows.AsSpan(start * classes, (end - start) * classes)));
    }

    /// <summary>The two source rows of row <paramref name="y"/> and the second one's weight.</summary>
    internal (int Top, int Bottom, float Weight) LocateRow(int y) => Locate(y, Map.Height, Height, Mode);

    internal static void ThrowUnlessSampling(Interpolation mode)
    {
        if (mode is not (Interpolation.Nearest or Interpolation.Bilinear))
        {
            throw new ArgumentException($"mode: expected Nearest or Bilinear, got {mode}", nameof(mode));
        }
    }

    private static (int First, int Second, float Weight) Locate(int i, int source, int target, Interpolation mode)
    {
        if (mode == Interpolation.Nearest)
        {
            // floor((i + 0.5) source / target) in whole numbers, so that no rounding moves a cell's border.
            int nearest = (int)((2L * i + 1) * source / (2L * target));
            return (nearest, nearest, 0f);
        }

        double s = Math.Clamp((i + 0.5) * source / target - 0.5, 0.0, source - 1.0);
        int first = (int)s;
        return (first, Math.Min(first + 1, source - 1), (float)(s - first));
    }

    private ReadOnlySpan<float> SourceRow(int c, int row)
        => Map.Values.AsSpan((c * Map.Height + row) * Map.Width, Map.Width);

    private float Sample(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, int x, float rowWeight)
    {
        int left = _left[x];
        int right = _right[x];
        float weight = _columnWeights[x];
        float h0 = Lerp(upper[left], upper[right], weight);
        return Lerp(h0, Lerp(lower[left], lower[right], weight), rowWeight);
    }

    // The fused form is the same single operation in scalar and vector code, so all readers agree to the bit.
    private static float Lerp(float a, float b, float weight) => MathF.FusedMultiplyAdd(weight, b - a, a);

    private void GatherRange(ReadOnlySpan<int> indices, Span<float> rows)
    {
        int classes = Map.Classes;
        int plane = Map.Height * Map.Width;
        int previous = -1;
        (int top, int bottom, float weight) = (0, 0, 0f);
        for (int i = 0; i < indices.Length; i++)
        {
            int y = indices[i] / Width;
            int x = indices[i] - y * Width;
            if (y != previous)
            {
                (top, bottom, weight) = LocateRow(y);
                previous = y;
            }

            ReadOnlySpan<float> values = Map.Values;
            int upper = top * Map.Width;
            int lower = bottom * Map.Width;
            for (int c = 0; c < classes; c++)
            {
                rows[i * classes + c] = Sample(
                    values.Slice(c * plane + upper, Map.Width), values.Slice(c * plane + lower, Map.Width), x, weight);
            }
        }
    }

    private static void ThrowUnlessFinite(LogitMap map)
    {
        int bad = IndexOfUnusable(map.Values);
        if (bad >= 0)
        {
            int plane = map.Height * map.Width;
            throw new InvalidInputException(
                $"logits: expected finite values up to {MaxMagnitude:0e+0} in magnitude, got {map.Values[bad]} at class "
                + $"{bad / plane}, row {bad % plane / map.Width}, column {bad % map.Width}");
        }
    }
}
