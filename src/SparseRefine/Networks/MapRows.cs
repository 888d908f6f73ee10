using System.Numerics;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A map of the dense model as rows of pixels, [height x width, channels], to be read bilinearly at any place of the photo: half-pixel centres, the
/// edge repeated. Reading a place costs one pass over its channels. Immutable but for its adjoint, which adds.
/// </summary>
/// <param name="Values">The rows, which may stand among others and before more.</param>
/// <param name="First">Row of the map's first pixel.</param>
/// <param name="Channels">Values a row.</param>
/// <param name="Height">Rows of the map.</param>
/// <param name="Width">Columns of the map.</param>
internal readonly record struct MapRows(float[] Values, int First, int Channels, int Height, int Width)
{
    /// <summary>Pixels that are turned at a time: one cache line of each plane.</summary>
    private const int TilePixels = 16;

    private const int BlockPixels = 1024;

    /// <summary>Pixels of the map.</summary>
    public int Pixels => Height * Width;

    /// <summary>The values of the map's own rows.</summary>
    public Span<float> Own => Values.AsSpan(First * Channels, Pixels * Channels);

    /// <summary>Turns planes into rows.</summary>
    /// <param name="planes">[channels, height, width].</param>
    /// <param name="channels">Channels.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pool">Where the array comes from; null: a new one.</param>
    /// <param name="workers">Threads.</param>
    public static MapRows Of(float[] planes, int channels, int height, int width, BufferPool? pool, Workers workers)
    {
        int pixels = height * width;
        float[] rows = pool?.Rent<float>(planes.Length) ?? GC.AllocateUninitializedArray<float>(planes.Length);
        workers.For(pixels, BlockPixels, (_, start, end) =>
        {
            for (int first = start; first < end; first += TilePixels)
            {
                int count = Math.Min(TilePixels, end - first);
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<float> plane = planes.AsSpan((c * pixels) + first, count);
                    for (int i = 0, at = (first * channels) + c; i < plane.Length; i++, at += channels)
                    {
                        rows[at] = plane[i];
                    }
                }
            }
        });
        return new MapRows(rows, 0, channels, height, width);
    }

    /// <summary>The place of a site's centre, whose grid is the photo's or a halving of it.</summary>
    /// <param name="sites">The sites.</param>
    /// <param name="i">Which.</param>
    /// <returns>The photo among those of the sites, and row and column as shares of its height and width.</returns>
    public static (int Image, double V, double U) Place(SiteSet sites, int i)
    {
        (int line, int x) = Math.DivRem(sites.Indices[i], sites.Width);
        (int image, int y) = Math.DivRem(line, sites.Height);
        return (image, (y + 0.5) / sites.Height, (x + 0.5) / sites.Width);
    }

    /// <summary>Reads one place.</summary>
    /// <param name="v">Row, as a share of the photo's height.</param>
    /// <param name="u">Column, as a share of its width.</param>
    /// <param name="target">[channels].</param>
    public void Read(double v, double u, Span<float> target)
    {
        Corners at = Find(v, u);
        ReadOnlySpan<float> a = Values.AsSpan(at.A, Channels);
        ReadOnlySpan<float> b = Values.AsSpan(at.B, Channels);
        ReadOnlySpan<float> c = Values.AsSpan(at.C, Channels);
        ReadOnlySpan<float> d = Values.AsSpan(at.D, Channels);
        int k = 0;
        for (int last = Simd.VectorEnd(k, target.Length); k < last; k += Vector<float>.Count)
        {
            ((new Vector<float>(a[k..]) * at.WeightA) + (new Vector<float>(b[k..]) * at.WeightB) + (new Vector<float>(c[k..]) * at.WeightC)
                + (new Vector<float>(d[k..]) * at.WeightD)).CopyTo(target[k..]);
        }

        for (; k < target.Length; k++)
        {
            target[k] = (a[k] * at.WeightA) + (b[k] * at.WeightB) + (c[k] * at.WeightC) + (d[k] * at.WeightD);
        }
    }

    /// <summary>The adjoint of <see cref="Read"/>: adds a gradient to the rows that were read, each by its weight.</summary>
    /// <param name="v">As for <see cref="Read"/>.</param>
    /// <param name="u">As for <see cref="Read"/>.</param>
    /// <param name="gradient">[channels], of what was read.</param>
    public void Add(double v, double u, ReadOnlySpan<float> gradient)
    {
        Corners at = Find(v, u);
        AddRow(at.A, at.WeightA, gradient);
        AddRow(at.B, at.WeightB, gradient);
        AddRow(at.C, at.WeightC, gradient);
        AddRow(at.D, at.WeightD, gradient);
    }

    private void AddRow(int first, float weight, ReadOnlySpan<float> gradient)
    {
        Span<float> target = Values.AsSpan(first, gradient.Length);
        int k = 0;
        for (int last = Simd.VectorEnd(k, target.Length); k < last; k += Vector<float>.Count)
        {
            (new Vector<float>(target[k..]) + (new Vector<float>(gradient[k..]) * weight)).CopyTo(target[k..]);
        }

        for (; k < target.Length; k++)
        {
            target[k] += gradient[k] * weight;
        }
    }

    private Corners Find(double v, double u)
    {
        double y = Math.Clamp((v * Height) - 0.5, 0, Height - 1);
        double x = Math.Clamp((u * Width) - 0.5, 0, Width - 1);
        int top = (int)y;
        int left = (int)x;
        float lower = (float)(y - top);
        float right = (float)(x - left);
        int below = top + 1 < Height ? Width * Channels : 0;
        int beside = left + 1 < Width ? Channels : 0;
        int at = (First + (top * Width) + left) * Channels;
        return new Corners(
            at, at + beside, at + below, at + below + beside, (1 - lower) * (1 - right), (1 - lower) * right, lower * (1 - right), lower * right);
    }

    /// <summary>The four rows around a place, upper left, upper right, lower left, lower right: where each begins and what it weighs.</summary>
    private readonly record struct Corners(int A, int B, int C, int D, float WeightA, float WeightB, float WeightC, float WeightD);
}
