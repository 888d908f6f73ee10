using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>What the sparse network sees of the selected pixels (SparseRefine, section 3.2).</summary>
public static unsafe class RefinerFeatures
{
    private const int BlockRows = 4096;

    // Mean and deviation of ImageNet's red, green and blue, 0..255.
    private static ReadOnlySpan<float> Mean => [123.675f, 116.28f, 103.53f];

    private static ReadOnlySpan<float> Deviation => [58.395f, 57.12f, 57.375f];

    /// <summary>Computes the features of the selected pixels.</summary>
    /// <param name="image">The picture at full resolution; not kept.</param>
    /// <param name="logits">The dense model's scores, at any resolution.</param>
    /// <param name="sites">Pixels of the picture, any order; may be empty.</param>
    /// <param name="spec">Which features, in which order.</param>
    /// <param name="threshold">Probability above which <c>pt</c> is 1; not used without <c>pt</c>.</param>
    /// <param name="mode">How the logits are read: nearest or bilinear.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <returns>[sites.Count, spec.Channels(classes)], row i for site i.</returns>
    /// <exception cref="ArgumentException">Sites of another size than the picture, or another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public static float[] Extract(
        ImageView image,
        LogitMap logits,
        SiteSet sites,
        FeatureSpec spec,
        float threshold,
        Interpolation mode,
        Workers workers)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(workers);
        if (sites.Images != 1 || sites.Height != image.Height || sites.Width != image.Width)
        {
            throw new ArgumentException(
                $"sites: expected 1x{image.Height}x{image.Width}, got {sites.Images}x{sites.Height}x{sites.Width}",
                nameof(sites));
        }

        int classes = logits.Classes;
        int channels = spec.Channels(classes);
        float[] features = new float[checked(sites.Count * channels)];
        bool usesLogits = spec.Kinds.Any(k => k is FeatureKind.Probabilities or FeatureKind.Thresholded);
        float[] probabilities = usesLogits ? new float[checked(sites.Count * classes)] : [];
        if (usesLogits)
        {
            new LogitSampler(logits, image.Height, image.Width, mode).Gather(sites, probabilities, workers);
        }

        fixed (byte* pixels = image.Pixels)
        {
            // A span cannot enter the lambda; the address can, as `fixed` holds the picture until all blocks are done.
            var source = new PixelSource(
                (nint)pixels, image.BytesPerPixel, image.RedOffset, image.BlueOffset, image.Height, image.Width);
            workers.For(sites.Count, BlockRows, (_, start, end) =>
            {
                Span<float> p = usesLogits ? probabilities.AsSpan(start * classes, (end - start) * classes) : [];
                if (usesLogits)
                {
                    Entropy.Softmax(p, classes, p);
                }

                ReadOnlySpan<int> indices = sites.Indices.AsSpan(start, end - start);
                Span<float> rows = features.AsSpan(start * channels, (end - start) * channels);
                int column = 0;
                foreach (FeatureKind kind in spec.Kinds)
                {
                    Fill(kind, source, indices, p, classes, threshold, rows[column..], channels);
                    column += FeatureSpec.Channels(kind, classes);
                }
            });
        }

        return features;
    }

    private static void Fill(
        FeatureKind kind,
        in PixelSource source,
        ReadOnlySpan<int> indices,
        ReadOnlySpan<float> probabilities,
        int classes,
        float threshold,
        Span<float> rows,
        int stride)
    {
        switch (kind)
        {
            case FeatureKind.Rgb:
                FillRgb(source, indices, rows, stride);
                break;
            case FeatureKind.Xy:
                FillXy(source, indices, rows, stride);
                break;
            default:
                for (int i = 0; i < indices.Length; i++)
                {
                    for (int c = 0; c < classes; c++)
                    {
                        float p = probabilities[i * classes + c];
                        rows[i * stride + c] = kind == FeatureKind.Probabilities ? p : p > threshold ? 1f : 0f;
                    }
                }

                break;
        }
    }

    private static void FillRgb(in PixelSource source, ReadOnlySpan<int> indices, Span<float> rows, int stride)
    {
        byte* pixels = (byte*)source.Address;
        for (int i = 0; i < indices.Length; i++)
        {
            byte* pixel = pixels + (long)indices[i] * source.Stride;
            Span<float> row = rows.Slice(i * stride, 3);
            row[0] = (pixel[source.Red] - Mean[0]) / Deviation[0];
            row[1] = (pixel[1] - Mean[1]) / Deviation[1];
            row[2] = (pixel[source.Blue] - Mean[2]) / Deviation[2];
        }
    }

    private static void FillXy(in PixelSource source, ReadOnlySpan<int> indices, Span<float> rows, int stride)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            (int y, int x) = Math.DivRem(indices[i], source.Width);
            rows[i * stride] = Position(x, source.Width);
            rows[i * stride + 1] = Position(y, source.Height);
        }
    }

    private static float Position(int i, int size) => size == 1 ? 0f : 2f * i / (size - 1) - 1f;

    private readonly record struct PixelSource(nint Address, int Stride, int Red, int Blue, int Height, int Width);
}
