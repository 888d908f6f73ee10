using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Networks;

/// <summary>
/// How a class's probabilities go with the photo's colors around each cell of the dense model's answer: the coefficients of a guided filter (He, Sun,
/// Tang, "Guided image filtering"). In a window of (2 r + 1)^2 cells, with I the colors (the features' own, so about -2 to 2) of the photo shrunk to the cells, S their
/// covariance and p the probabilities: a = (S + 0.01 1)^-1 cov(I, p), b = mean p - a . mean I. A pixel of color J then has the answer a . J + b. R = a . cov(I, p) / (var p + 0.001),
/// cut off to 0..1, says how much of p the colors explain. For the windows of <see cref="Radii"/>.
/// </summary>
/// <remarks>Its arrays are of a pool: <see cref="Return"/> gives them back. The fit of one class at a time is in memory.</remarks>
internal sealed class ColorFit
{
    /// <summary>Floats of a cell's coefficients: for each radius a (3), b, R; then zeros up to whole vectors.</summary>
    public const int Stride = 16;

    /// <summary>Coefficients of a radius.</summary>
    public const int Terms = 5;

    private const double Epsilon = 0.01;
    private const double LeastVariance = 0.001;

    // Three means and the six entries of the inverse covariance.
    private const int Moments = 9;
    private const int BlockCells = 4096;
    private static readonly int[] Radius = [1, 2, 4];
    private readonly BufferPool? _pool;
    private readonly Workers _workers;
    private readonly float[] _colors;
    private readonly float[][] _moments;

    /// <summary>Computes what all classes share.</summary>
    /// <param name="photo">The photo shrunk to a cell a pixel, bytes red, green, blue.</param>
    /// <param name="pool">Where arrays come from; null: the runtime's shared pool.</param>
    /// <param name="workers">Threads; the bits do not depend on their number.</param>
    public ColorFit(ImageBuffer photo, BufferPool? pool, Workers workers)
    {
        (Height, Width) = (photo.Height, photo.Width);
        (_pool, _workers) = (pool, workers);
        int cells = Height * Width;
        _colors = BufferPool.Rent<float>(pool, checked(cells * 3));
        float[] products = BufferPool.Rent<float>(pool, checked(cells * Moments));
        float[] means = BufferPool.Rent<float>(pool, cells * Moments);
        byte[] pixels = photo.Pixels;
        workers.For(cells, BlockCells, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                float r = FeaturePass.Red[pixels[i * 3]];
                float g = FeaturePass.Green[pixels[(i * 3) + 1]];
                float b = FeaturePass.Blue[pixels[(i * 3) + 2]];
                (_colors[i], _colors[cells + i], _colors[(2 * cells) + i]) = (r, g, b);
                ReadOnlySpan<float> terms = [r, g, b, r * r, r * g, r * b, g * g, g * b, b * b];
                for (int k = 0; k < Moments; k++)
                {
                    products[(k * cells) + i] = terms[k];
                }
            }
        });
        _moments = new float[Radius.Length][];
        for (int k = 0; k < Radius.Length; k++)
        {
            float[] moments = _moments[k] = BufferPool.Rent<float>(pool, cells * Moments);
            BoxMeans.Run(products, Moments, Height, Width, Radius[k], means, workers);
            workers.For(cells, BlockCells, (_, start, end) =>
            {
                for (int i = start; i < end; i++)
                {
                    Invert(means, cells, i, moments.AsSpan(i * Moments, Moments));
                }
            });
        }

        BufferPool.Return(pool, products);
        BufferPool.Return(pool, means);
    }

    /// <summary>The windows' radii, in cells.</summary>
    public static IReadOnlyList<int> Radii => Radius;

    /// <summary>Rows of cells.</summary>
    public int Height { get; }

    /// <summary>Columns of cells.</summary>
    public int Width { get; }

    /// <summary>The coefficients of a class.</summary>
    /// <param name="probabilities">[cells, classes], rows of cells.</param>
    /// <param name="classes">Classes of a row.</param>
    /// <param name="ofClass">The class.</param>
    /// <returns>[cells, <see cref="Stride"/>], for the caller to give back to the pool; the array may be longer.</returns>
    public float[] Coefficients(float[] probabilities, int classes, int ofClass)
    {
        int cells = Height * Width;
        float[] products = BufferPool.Rent<float>(_pool, cells * Terms);
        float[] means = BufferPool.Rent<float>(_pool, cells * Terms);
        float[] rows = BufferPool.Rent<float>(_pool, checked(cells * Stride));
        _workers.For(cells, BlockCells, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                float p = probabilities[(i * classes) + ofClass];
                products[i] = p;
                products[cells + i] = p * p;
                for (int c = 0; c < 3; c++)
                {
                    products[((c + 2) * cells) + i] = p * _colors[(c * cells) + i];
                }
            }
        });
        for (int k = 0; k < Radius.Length; k++)
        {
            BoxMeans.Run(products, Terms, Height, Width, Radius[k], means, _workers);
            float[] moments = _moments[k];
            int first = k * Terms;
            _workers.For(cells, BlockCells, (_, start, end) =>
            {
                for (int i = start; i < end; i++)
                {
                    Solve(moments.AsSpan(i * Moments, Moments), means, cells, i, rows.AsSpan((i * Stride) + first, Terms));
                }
            });
        }

        BufferPool.Return(_pool, products);
        BufferPool.Return(_pool, means);
        return rows;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Return()
    {
        BufferPool.Return(_pool, _colors);
        foreach (float[] moments in _moments)
        {
            BufferPool.Return(_pool, moments);
        }
    }

    // Means and (S + epsilon 1)^-1, in double precision because S is nearly singular where a photo is nearly grey.
    private static void Invert(float[] means, int cells, int i, Span<float> target)
    {
        double r = means[i];
        double g = means[cells + i];
        double b = means[(2 * cells) + i];
        double rr = means[(3 * cells) + i] - (r * r) + Epsilon;
        double rg = means[(4 * cells) + i] - (r * g);
        double rb = means[(5 * cells) + i] - (r * b);
        double gg = means[(6 * cells) + i] - (g * g) + Epsilon;
        double gb = means[(7 * cells) + i] - (g * b);
        double bb = means[(8 * cells) + i] - (b * b) + Epsilon;
        double c00 = (gg * bb) - (gb * gb);
        double c01 = (rb * gb) - (rg * bb);
        double c02 = (rg * gb) - (rb * gg);
        double inverse = 1 / ((rr * c00) + (rg * c01) + (rb * c02));
        (target[0], target[1], target[2]) = ((float)r, (float)g, (float)b);
        target[3] = (float)(c00 * inverse);
        target[4] = (float)(c01 * inverse);
        target[5] = (float)(c02 * inverse);
        target[6] = (float)(((rr * bb) - (rb * rb)) * inverse);
        target[7] = (float)(((rg * rb) - (rr * gb)) * inverse);
        target[8] = (float)(((rr * gg) - (rg * rg)) * inverse);
    }

    private static void Solve(ReadOnlySpan<float> moments, float[] means, int cells, int i, Span<float> target)
    {
        float p = means[i];
        float r = means[(2 * cells) + i] - (moments[0] * p);
        float g = means[(3 * cells) + i] - (moments[1] * p);
        float b = means[(4 * cells) + i] - (moments[2] * p);
        float a0 = (moments[3] * r) + (moments[4] * g) + (moments[5] * b);
        float a1 = (moments[4] * r) + (moments[6] * g) + (moments[7] * b);
        float a2 = (moments[5] * r) + (moments[7] * g) + (moments[8] * b);
        float variance = means[cells + i] - (p * p);
        (target[0], target[1], target[2]) = (a0, a1, a2);
        target[3] = p - (a0 * moments[0]) - (a1 * moments[1]) - (a2 * moments[2]);
        target[4] = Math.Clamp(((a0 * r) + (a1 * g) + (a2 * b)) / (variance + (float)LeastVariance), 0, 1);
    }
}
