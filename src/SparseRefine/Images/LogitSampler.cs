using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Images;

/// <summary>
/// Reads a low-resolution logit map as if it had the photo's size, one row or one pixel at a time, so that
/// [classes, height, width] never exists. Column x reads the map at s = (x + 0.5) w / width - 0.5, clamped to
/// [0, w - 1], and so do rows; bilinear is h = a + fx (b - a) within the two rows, then h0 + fy (h1 - h0).
/// All code of this library that reads a map at a photo's size gives the same bits for the same pixel. Immutable and thread-safe; the map's values
/// must not change meanwhile.
/// </summary>
internal sealed class LogitSampler
{
    /// <summary>The largest magnitude a logit may have; leaves room for differences in single precision.</summary>
    public const float MaxMagnitude = 1e30f;

    /// <summary>Makes a sampler that reads <paramref name="map"/> at a photo's size, and checks the map's values.</summary>
    /// <exception cref="ArgumentException">A size below 1, or another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public LogitSampler(LogitMap map, int height, int width, Interpolation mode)
        : this(map, CreateGrid(map, height, width, mode)) => ThrowUnlessFinite(map);

    /// <summary>Makes a sampler without checking the values, for callers that have checked them, as <see cref="Selectors.LogitLeaders"/> does.</summary>
    internal LogitSampler(LogitMap map, LogitGrid grid)
    {
        Map = map;
        Grid = grid;
    }

    /// <summary>The map it reads.</summary>
    public LogitMap Map { get; }

    /// <summary>Rows of the photo.</summary>
    public int Height => Grid.Height;

    /// <summary>Columns of the photo.</summary>
    public int Width => Grid.Width;

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode => Grid.Mode;

    internal LogitGrid Grid { get; }

    /// <summary>Reads one row of the photo.</summary>
    /// <param name="y">The row, from 0.</param>
    /// <param name="values">[classes, width], one plane of a single row a class.</param>
    /// <exception cref="ArgumentException">A row outside the photo, or another number of values.</exception>
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

        // The plain form of what LogitTile does with vectors.
        (int top, int bottom, float weight) = Grid.LocateRow(y);
        for (int c = 0; c < Map.Classes; c++)
        {
            ReadOnlySpan<float> upper = SourceRow(c, top);
            ReadOnlySpan<float> lower = SourceRow(c, bottom);
            Span<float> target = values.Slice(c * Width, Width);
            for (int x = 0; x < target.Length; x++)
            {
                int left = Grid.Left[x];
                int right = Grid.Right[x];
                float h0 = Lerp(upper[left], upper[right], Grid.Weights[x]);
                target[x] = Lerp(h0, Lerp(lower[left], lower[right], Grid.Weights[x]), weight);
            }
        }
    }

    /// <summary>Reads the logits of chosen pixels.</summary>
    /// <param name="sites">Pixels of one photo of this size, any order; may be empty. Fastest in row-major order.</param>
    /// <param name="rows">[sites.Count, classes], row i for site i.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <exception cref="ArgumentException">Sites of another size, or another number of values.</exception>
    public void Gather(SiteSet sites, float[] rows, Workers workers)
    {
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

        LogitTile.Gather(this, sites, rows, workers);
    }

    internal static LogitGrid CreateGrid(LogitMap map, int height, int width, Interpolation mode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ThrowUnlessSampling(mode);
        return new LogitGrid(map.Height, map.Width, height, width, mode);
    }

    internal static void ThrowUnlessSampling(Interpolation mode)
    {
        if (mode is not (Interpolation.Nearest or Interpolation.Bilinear))
        {
            throw new ArgumentException($"mode: expected Nearest or Bilinear, got {mode}", nameof(mode));
        }
    }

    internal static void ThrowUnlessFinite(LogitMap map)
    {
        int bad = FirstNotFinite(map);
        if (bad >= 0)
        {
            int plane = map.Height * map.Width;
            throw new InvalidInputException(
                "logits",
                $"finite values up to {MaxMagnitude:0e+0} in magnitude",
                $"{map.Values[bad]} at class {bad / plane}, row {bad % plane / map.Width}, column {bad % map.Width}");
        }
    }

    /// <summary>The place of the first logit that is NaN, infinite or too large; -1 where there is none.</summary>
    internal static int FirstNotFinite(LogitMap map) =>
        // A comparison with NaN is false, so "not within" catches it too.
        map.Values.AsSpan().IndexOfAnyExceptInRange(-MaxMagnitude, MaxMagnitude);

    private ReadOnlySpan<float> SourceRow(int c, int row)
        => Map.Values.AsSpan(((c * Map.Height) + row) * Map.Width, Map.Width);

    // Fused where the processor can, as in the vector loops, so that all readers agree to the bit.
    private static float Lerp(float a, float b, float weight) => float.MultiplyAddEstimate(weight, b - a, a);
}
