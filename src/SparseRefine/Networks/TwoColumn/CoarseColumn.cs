using System.Numerics;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// What the coarse column, which is any dense model, gives the fine one: for every photo of a batch the class probabilities and the model's inner
/// features, each at its own resolution, read bilinearly at any place. The softmax is taken at the model's samples and the probabilities are
/// interpolated, so that reading one place costs one pass over its channels. Immutable and thread-safe.
/// </summary>
internal sealed class CoarseColumn
{
    private const int BlockSites = 1024;
    private readonly Plane[] _probabilities;
    private readonly Plane[] _features;
    private readonly ImageBuffer[] _photos;

    /// <summary>Copies the maps into rows of pixels.</summary>
    /// <param name="maps">One a photo, of the same classes.</param>
    /// <param name="features">Channels of inner features that are read; 0 leaves them.</param>
    /// <param name="photos">The photos, each shrunk to the size of its map, bytes red, green, blue; null: they are not read.</param>
    /// <exception cref="ArgumentException">A map without such features.</exception>
    public CoarseColumn(IReadOnlyList<LogitMap> maps, int features, IReadOnlyList<ImageBuffer>? photos = null)
    {
        _photos = [.. photos ?? []];
        Classes = maps[0].Classes;
        Channels = Classes + features;
        _probabilities = [.. maps.Select(map =>
        {
            Plane plane = Plane.Of(map.Values, map.Classes, map.Height, map.Width);
            Entropy.Softmax(plane.Rows, map.Classes, plane.Rows);
            return plane;
        })];
        _features = features == 0 ? [] : [.. maps.Select(map => map.Features is FeatureMap own && own.Channels == features
            ? Plane.Of(own.Values, own.Channels, own.Height, own.Width)
            : throw new ArgumentException(
                $"logits: expected maps with {features} features of the dense model beside them, got {map.Features?.Channels.ToString() ?? "none"}"))];
    }

    /// <summary>Number of classes: the first channels are their probabilities.</summary>
    public int Classes { get; }

    /// <summary>Classes and features.</summary>
    public int Channels { get; }

    /// <summary>The class probabilities at the dense model's own samples, [samples, classes], row-major. Not a copy.</summary>
    public float[] Probabilities(int image) => _probabilities[image].Rows;

    /// <summary>The photo, a pixel for each of the dense model's samples.</summary>
    public ImageBuffer Photo(int image) => _photos[image];

    /// <summary>Reads one place.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="v">Row, as a share of the photo's height.</param>
    /// <param name="u">Column, as a share of its width.</param>
    /// <param name="target">[channels].</param>
    public void Read(int image, double v, double u, Span<float> target)
    {
        _probabilities[image].Read(v, u, target[..Classes]);
        if (_features.Length > 0)
        {
            _features[image].Read(v, u, target[Classes..]);
        }
    }

    /// <summary>Reads the centres of all sites of a level, whose grid is the photo's or a halving of it.</summary>
    /// <param name="sites">The sites.</param>
    /// <param name="target">[sites, channels]; the array may be longer.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public void Gather(SiteSet sites, float[] target, Workers workers) => workers.For(sites.Count, BlockSites, (_, start, end) =>
    {
        for (int i = start; i < end; i++)
        {
            (int line, int x) = Math.DivRem(sites.Indices[i], sites.Width);
            (int image, int y) = Math.DivRem(line, sites.Height);
            Read(image, (y + 0.5) / sites.Height, (x + 0.5) / sites.Width, target.AsSpan(i * Channels, Channels));
        }
    });

    private readonly record struct Plane(float[] Rows, int Channels, int Height, int Width)
    {
        public static Plane Of(float[] planes, int channels, int height, int width)
        {
            int pixels = height * width;
            float[] rows = GC.AllocateUninitializedArray<float>(planes.Length);
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> plane = planes.AsSpan(c * pixels, pixels);
                for (int i = 0, at = c; i < plane.Length; i++, at += channels)
                {
                    rows[at] = plane[i];
                }
            }

            return new Plane(rows, channels, height, width);
        }

        public void Read(double v, double u, Span<float> target)
        {
            double y = Math.Clamp((v * Height) - 0.5, 0, Height - 1);
            double x = Math.Clamp((u * Width) - 0.5, 0, Width - 1);
            int top = (int)y;
            int left = (int)x;
            float lower = (float)(y - top);
            float right = (float)(x - left);
            int below = top + 1 < Height ? Width * Channels : 0;
            int beside = left + 1 < Width ? Channels : 0;
            int at = ((top * Width) + left) * Channels;
            ReadOnlySpan<float> a = Rows.AsSpan(at, Channels);
            ReadOnlySpan<float> b = Rows.AsSpan(at + beside, Channels);
            ReadOnlySpan<float> c = Rows.AsSpan(at + below, Channels);
            ReadOnlySpan<float> d = Rows.AsSpan(at + below + beside, Channels);
            float wa = (1 - lower) * (1 - right);
            float wb = (1 - lower) * right;
            float wc = lower * (1 - right);
            float wd = lower * right;
            int k = 0;
            for (int last = Simd.VectorEnd(k, target.Length); k < last; k += Vector<float>.Count)
            {
                ((new Vector<float>(a[k..]) * wa) + (new Vector<float>(b[k..]) * wb) + (new Vector<float>(c[k..]) * wc)
                    + (new Vector<float>(d[k..]) * wd)).CopyTo(target[k..]);
            }

            for (; k < target.Length; k++)
            {
                target[k] = (a[k] * wa) + (b[k] * wb) + (c[k] * wc) + (d[k] * wd);
            }
        }
    }
}
