using System.Numerics;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>Loops over [rows, channels] matrices, whose arrays may be longer. Portable vectors with scalar tails; blocks are fixed, so bits do not depend on threads.</summary>
internal static class ChannelLoops
{
    private const int BlockRows = 1024;
    private const int BlockValues = 1 << 15;

    private delegate void BlockSums(int start, int end, Span<double> first, Span<double> second);

    /// <summary>target += source, or target = source where the target is fresh, over the first <paramref name="length"/> values.</summary>
    public static void Add(float[] source, GradientTarget into, int length, Workers workers) =>
        workers.For(length, BlockValues, (_, start, end) =>
        {
            float[] target = into.Values;
            if (into.IsFresh)
            {
                source.AsSpan(start, end - start).CopyTo(target.AsSpan(start));
                return;
            }

            int i = start;
            for (int last = Simd.VectorEnd(i, end); i < last; i += Vector<float>.Count)
            {
                (new Vector<float>(target, i) + new Vector<float>(source, i)).CopyTo(target, i);
            }

            for (; i < end; i++)
            {
                target[i] += source[i];
            }
        });

    /// <summary>target = max(a + b, 0) over the first <paramref name="length"/> values.</summary>
    public static void AddRelu(float[] a, float[] b, float[] target, int length, Workers workers) =>
        workers.For(length, BlockValues, (_, start, end) =>
        {
            int i = start;
            for (int last = Simd.VectorEnd(i, end); i < last; i += Vector<float>.Count)
            {
                Vector.Max(new Vector<float>(a, i) + new Vector<float>(b, i), Vector<float>.Zero).CopyTo(target, i);
            }

            for (; i < end; i++)
            {
                target[i] = MathF.Max(a[i] + b[i], 0);
            }
        });

    /// <summary>target += source where <paramref name="test"/> is positive; a fresh one = source there, 0 elsewhere.</summary>
    public static void AddWherePositive(float[] source, float[] test, GradientTarget into, int length, Workers workers) =>
        workers.For(length, BlockValues, (_, start, end) =>
        {
            float[] target = into.Values;
            int i = start;
            for (int last = Simd.VectorEnd(i, end); i < last; i += Vector<float>.Count)
            {
                (Before(into, i) + Vector.ConditionalSelect(Vector.GreaterThan(new Vector<float>(test, i), Vector<float>.Zero), new Vector<float>(source, i), Vector<float>.Zero)).CopyTo(target, i);
            }

            for (; i < end; i++)
            {
                target[i] = (into.IsFresh ? 0 : target[i]) + (test[i] > 0 ? source[i] : 0);
            }
        });

    /// <summary>sums[c] += sum over rows of values[row, c].</summary>
    public static void AddColumnSums(float[] values, int rows, int channels, float[] sums, Workers workers)
    {
        double[] total = Sum(rows, channels, workers, (start, end, first, _) =>
        {
            for (int i = start; i < end; i++)
            {
                for (int c = 0; c < channels; c++)
                {
                    first[c] += values[(i * channels) + c];
                }
            }
        });
        for (int c = 0; c < channels; c++)
        {
            sums[c] += (float)total[c];
        }
    }

    /// <summary>[2, channels]: sums of x and of x * x for each channel.</summary>
    public static double[] Moments(float[] x, int rows, int channels, Workers workers) =>
        Sum(rows, channels, workers, (start, end, first, second) =>
        {
            int c = 0;
            for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
            {
                Vector<double> low = default, high = default, lowSquare = default, highSquare = default;
                for (int at = (start * channels) + c; at < end * channels; at += channels)
                {
                    Vector.Widen(new Vector<float>(x, at), out Vector<double> a, out Vector<double> b);
                    low += a;
                    high += b;
                    lowSquare += a * a;
                    highSquare += b * b;
                }

                Store(low, high, first[c..]);
                Store(lowSquare, highSquare, second[c..]);
            }

            for (; c < channels; c++)
            {
                for (int at = (start * channels) + c; at < end * channels; at += channels)
                {
                    first[c] += x[at];
                    second[c] += (double)x[at] * x[at];
                }
            }
        });

    /// <summary>
    /// [2, channels]: sums of g and of g * (x - mean) for each channel; g is the gradient, but 0 where <paramref name="passed"/> is given and x * scale + shift is not
    /// positive (a relu's backward step). Computing the relu's input again takes less time than reading its stored output.
    /// </summary>
    public static double[] GradientMoments(
        float[] gradient, Affine? passed, float[] x, float[] mean, int rows, int channels, Workers workers) =>
        Sum(rows, channels, workers, (start, end, first, second) =>
        {
            int c = 0;
            for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
            {
                Vector<float> center = new(mean, c);
                Vector<double> low = default, high = default, lowProduct = default, highProduct = default;
                for (int at = (start * channels) + c; at < end * channels; at += channels)
                {
                    Vector<float> g = Masked(gradient, passed, x, at, c);
                    Vector.Widen(g, out Vector<double> a, out Vector<double> b);
                    low += a;
                    high += b;
                    Vector.Widen(g * (new Vector<float>(x, at) - center), out a, out b);
                    lowProduct += a;
                    highProduct += b;
                }

                Store(low, high, first[c..]);
                Store(lowProduct, highProduct, second[c..]);
            }

            for (; c < channels; c++)
            {
                for (int at = (start * channels) + c; at < end * channels; at += channels)
                {
                    float g = Passes(passed, x[at], c) ? gradient[at] : 0;
                    first[c] += g;
                    second[c] += g * (x[at] - mean[c]);
                }
            }
        });

    /// <summary>y = x * scale + shift, then max(y, 0) where <paramref name="relu"/>; x may lie in wider rows than y or share its array.</summary>
    public static void ScaleShift(
        float[] x, int strideX, float[] y, int strideY, float[] scale, float[] shift, int rows, bool relu, Workers workers) =>
        workers.For(rows, BlockRows, (_, start, end) =>
        {
            int channels = shift.Length;
            Vector<float> floor = new(relu ? 0f : float.NegativeInfinity);
            for (int i = start; i < end; i++)
            {
                int from = i * strideX;
                int to = i * strideY;
                int c = 0;
                for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
                {
                    Vector<float> value = (new Vector<float>(x, from + c) * new Vector<float>(scale, c)) + new Vector<float>(shift, c);
                    Vector.Max(value, floor).CopyTo(y, to + c);
                }

                for (; c < channels; c++)
                {
                    y[to + c] = MathF.Max((x[from + c] * scale[c]) + shift[c], floor[0]);
                }
            }
        });

    /// <summary>target += g * factor + x * slope + offset, with g as in <see cref="GradientMoments"/>; a fresh one = that.</summary>
    public static void AddNormGradient(
        float[] gradient, Affine? passed, float[] x, float[] factor, float[] slope, float[] offset, GradientTarget into, int rows, Workers workers) =>
        workers.For(rows, BlockRows, (_, start, end) =>
        {
            float[] target = into.Values;
            int channels = factor.Length;
            for (int at = start * channels; at < end * channels; at += channels)
            {
                int c = 0;
                for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
                {
                    Vector<float> added = (Masked(gradient, passed, x, at + c, c) * new Vector<float>(factor, c))
                        + (new Vector<float>(x, at + c) * new Vector<float>(slope, c)) + new Vector<float>(offset, c);
                    (Before(into, at + c) + added).CopyTo(target, at + c);
                }

                for (; c < channels; c++)
                {
                    float g = Passes(passed, x[at + c], c) ? gradient[at + c] : 0;
                    target[at + c] = (into.IsFresh ? 0 : target[at + c]) + (g * factor[c]) + (x[at + c] * slope[c]) + offset[c];
                }
            }
        });

    private static Vector<float> Before(in GradientTarget target, int at) =>
        target.IsFresh ? Vector<float>.Zero : new Vector<float>(target.Values, at);

    // The gradient behind the relu. The operations are ScaleShift's in the same order, so exactly the values that it made 0 get no gradient.
    private static Vector<float> Masked(float[] gradient, Affine? passed, float[] x, int at, int channel)
    {
        Vector<float> g = new(gradient, at);
        if (passed is null)
        {
            return g;
        }

        Vector<float> y = (new Vector<float>(x, at) * new Vector<float>(passed.Scale, channel)) + new Vector<float>(passed.Shift, channel);
        return Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<float>.Zero), g, Vector<float>.Zero);
    }

    private static bool Passes(Affine? passed, float x, int channel) =>
        passed is null || (x * passed.Scale[channel]) + passed.Shift[channel] > 0;

    private static void Store(Vector<double> low, Vector<double> high, Span<double> target)
    {
        low.CopyTo(target);
        high.CopyTo(target[Vector<double>.Count..]);
    }

    private static double[] Sum(int rows, int channels, Workers workers, BlockSums body)
    {
        double[] partial = new double[Workers.BlockCount(rows, BlockRows) * 2 * channels];
        workers.For(rows, BlockRows, (block, start, end) =>
        {
            Span<double> sums = partial.AsSpan(block * 2 * channels, 2 * channels);
            body(start, end, sums[..channels], sums[channels..]);
        });
        double[] total = new double[2 * channels];
        for (int i = 0; i < partial.Length; i++)
        {
            total[i % total.Length] += partial[i];
        }

        return total;
    }
}
