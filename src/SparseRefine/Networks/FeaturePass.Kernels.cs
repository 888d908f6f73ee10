using System.Runtime.CompilerServices;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Networks;

/// <summary>
/// Computes the features of chosen pixels straight from a photo's bytes and a logit map: interpolation, softmax and the write into the rows
/// happen a few pixels at a time, so nothing of the photo's size is made. One photo at a time.
/// </summary>
internal sealed unsafe class FeaturePass : IBlockBody
{
    private const int BlockRows = 4096;
    private const int TileRows = 64;

    // Mean and deviation of ImageNet's red, green and blue, 0..255.
    internal static readonly float[] Red = Normalized(123.675f, 58.395f);
    internal static readonly float[] Green = Normalized(116.28f, 57.12f);
    internal static readonly float[] Blue = Normalized(103.53f, 57.375f);

    private readonly FeatureSpec _spec;
    private readonly FeatureKind[] _kinds;
    private readonly float _threshold;
    private LogitSampler? _sampler;
    private int[] _sites = [];
    private float[] _features = [];
    private int _channels;
    private Photo _photo;

    public FeaturePass(FeatureSpec spec, float threshold)
    {
        _spec = spec;
        _kinds = [.. spec.Kinds];
        _threshold = threshold;
        UsesLogits = _kinds.Any(k => k is FeatureKind.Probabilities or FeatureKind.Thresholded);
    }

    /// <summary>Whether logits are read at all.</summary>
    public bool UsesLogits { get; }

    /// <summary>Fills the first rows of <paramref name="features"/>.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="sampler">The logits at the photo's size, already checked.</param>
    /// <param name="sites">Linear indices of the pixels; the array may be longer.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="features">[count, channels]; the array may be longer.</param>
    /// <param name="workers">Threads.</param>
    public void Run(ImageView image, LogitSampler sampler, int[] sites, int count, float[] features, Workers workers)
    {
        fixed (byte* pixels = image.Pixels)
        {
            _photo = new Photo(pixels, image.BytesPerPixel, image.RedOffset, image.BlueOffset, image.Height, image.Width);
            (_sampler, _sites, _features) = (sampler, sites, features);
            _channels = _spec.Channels(sampler.Map.Classes);
            workers.For(count, BlockRows, this);
        }

        _photo = default;
        (_sampler, _sites, _features) = (null, [], []);
    }

    void IBlockBody.Run(int block, int start, int end)
    {
        fixed (float* map = _sampler!.Map.Values, features = _features)
        fixed (int* sites = _sites)
        {
            var loop = new Loop(this, map, sites, features, start, end);
            Simd.Run(Simd.Default, ref loop);
        }
    }

    private static float[] Normalized(float mean, float deviation) =>
        [.. Enumerable.Range(0, 256).Select(value => (value - mean) / deviation)];

    private readonly struct Photo(byte* pixels, int stride, int red, int blue, int height, int width)
    {
        public readonly byte* Pixels = pixels;
        public readonly int Stride = stride;
        public readonly int Red = red;
        public readonly int Blue = blue;
        public readonly int Height = height;
        public readonly int Width = width;
    }

    private readonly struct Loop(FeaturePass pass, float* map, int* sites, float* features, int start, int end) : ISimdLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            LogitSampler sampler = pass._sampler!;
            int classes = sampler.Map.Classes;
            int channels = pass._channels;
            int length = classes * TileRows;
            float* buffer = stackalloc float[(2 * length) + (2 * classes * ClassRows.Lanes) + ClassRows.AlignmentSlack];
            float* z = ClassRows.Align(buffer);
            float* p = z + length;
            float* scratch = p + length;
            new Span<float>(z, length).Clear();
            using LogitRows rows = new(sampler.Map, map);
            for (int first = start; first < end; first += TileRows)
            {
                int count = Math.Min(TileRows, end - first);
                if (pass.UsesLogits)
                {
                    LogitTile.Gather<TVector, TLanes>(sampler, rows, sites + first, count, z, TileRows, scratch);
                    for (int v = 0; v < count; v += TLanes.Count)
                    {
                        ClassRows.Softmax<TVector, TLanes>(z + v, p + v, classes, TileRows);
                    }
                }

                float* column = features + ((long)first * channels);
                foreach (FeatureKind kind in pass._kinds)
                {
                    Fill(kind, sites + first, count, p, classes, column, channels);
                    column += FeatureSpec.Channels(kind, classes);
                }
            }
        }

        private void Fill(FeatureKind kind, int* indices, int count, float* probabilities, int classes, float* target, int stride)
        {
            Photo photo = pass._photo;
            switch (kind)
            {
                case FeatureKind.Rgb:
                    for (int i = 0; i < count; i++, target += stride)
                    {
                        byte* pixel = photo.Pixels + ((long)indices[i] * photo.Stride);
                        target[0] = Red[pixel[photo.Red]];
                        target[1] = Green[pixel[1]];
                        target[2] = Blue[pixel[photo.Blue]];
                    }

                    break;
                case FeatureKind.Xy:
                    for (int i = 0; i < count; i++, target += stride)
                    {
                        (int y, int x) = Math.DivRem(indices[i], photo.Width);
                        target[0] = Position(x, photo.Width);
                        target[1] = Position(y, photo.Height);
                    }

                    break;
                case FeatureKind.Probabilities:
                    for (int i = 0; i < count; i++, target += stride)
                    {
                        for (int c = 0; c < classes; c++)
                        {
                            target[c] = probabilities[(c * TileRows) + i];
                        }
                    }

                    break;
                default:
                    for (int i = 0; i < count; i++, target += stride)
                    {
                        for (int c = 0; c < classes; c++)
                        {
                            target[c] = probabilities[(c * TileRows) + i] > pass._threshold ? 1f : 0f;
                        }
                    }

                    break;
            }
        }

        private static float Position(int i, int size) => size == 1 ? 0f : (2f * i / (size - 1)) - 1f;
    }
}
