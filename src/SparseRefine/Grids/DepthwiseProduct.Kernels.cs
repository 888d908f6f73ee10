using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <summary>
/// Depthwise convolution of stride 1 that keeps the size: y[p, c] (+)= bias[c] + sum over taps of x[p + offset(tap), c] * w[tap, c], zeros
/// outside. A vector holds neighbouring channels of one pixel; four pixels share each load of a weight. Its gradients are of the same kind.
/// </summary>
internal sealed unsafe class DepthwiseProduct
{
    private const int Pixels = 4;

    public required SimdPath Path { get; init; }

    public required GridShape Shape { get; init; }

    public required int Channels { get; init; }

    /// <summary>Side of the kernel, odd.</summary>
    public required int Side { get; init; }

    /// <summary>Pixels from one tap to the next.</summary>
    public required int Dilation { get; init; }

    /// <summary>[rows, channels] += or = the convolution of <paramref name="input"/>.</summary>
    /// <param name="input">[rows, channels].</param>
    /// <param name="weights">[side * side, channels].</param>
    /// <param name="bias">[channels]; null adds to what <paramref name="output"/> holds.</param>
    /// <param name="output">[rows, channels].</param>
    /// <param name="workers">Threads.</param>
    public void Run(float[] input, float[] weights, float[]? bias, float[] output, Workers workers) =>
        workers.For(Shape.Images * Shape.Height, 4, (_, start, end) =>
        {
            fixed (float* x = input, w = weights, b = bias, y = output)
            {
                LineLoop loop = new(this, x, w, b, y, start, end);
                Simd.Run(Path, ref loop);
            }
        });

    /// <summary>gradient[tap, c] += sum over pixels p of x[p + offset(tap), c] * g[p, c]; blocks of lines are summed apart and added in order.</summary>
    public void AddWeightGradient(float[] input, float[] outputGradient, float[] gradient, Workers workers)
    {
        int lines = Shape.Images * Shape.Height;
        int block = Math.Max(4, (lines + 15) / 16);
        float[][] partial = new float[Workers.BlockCount(lines, block)][];
        workers.For(lines, block, (at, start, end) =>
        {
            float[] sums = new float[gradient.Length];
            fixed (float* x = input, g = outputGradient, s = sums)
            {
                SumLoop loop = new(this, x, g, s, start, end);
                Simd.Run(Path, ref loop);
            }

            partial[at] = sums;
        });
        foreach (float[] sums in partial)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                gradient[i] += sums[i];
            }
        }
    }

    /// <summary>The taps of one axis that lie within the image: [first, end).</summary>
    private (int First, int End) Taps(int at, int size)
    {
        int reach = Side / 2 * Dilation;
        int first = Math.Max(0, (reach - at + Dilation - 1) / Dilation);
        int end = Math.Min(Side, (size - at + reach + Dilation - 1) / Dilation);
        return (first, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Line<TVector, TLanes>(float* input, float* weights, float* bias, float* output, int line, int firstChannel, int channels)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int width = Shape.Width;
        int reach = Side / 2 * Dilation;
        int stride = Channels;
        (int image, int y) = Math.DivRem(line, Shape.Height);
        (int ky0, int ky1) = Taps(y, Shape.Height);
        float* origin = input + ((long)image * Shape.Pixels * stride);
        float* target = output + ((long)line * width * stride);
        for (int c = firstChannel; c < firstChannel + channels; c += TLanes.Count)
        {
            for (int x = 0; x < width;)
            {
                bool isInside = x >= reach && x + Pixels + reach <= width;
                int count = isInside ? Pixels : 1;
                (int kx0, int kx1) = isInside ? (0, Side) : Taps(x, width);
                TVector s0 = bias == null ? TLanes.Load(target + ((long)x * stride) + c) : TLanes.Load(bias + c);
                TVector s1 = s0;
                TVector s2 = s0;
                TVector s3 = s0;
                if (bias == null && isInside)
                {
                    s1 = TLanes.Load(target + (((long)x + 1) * stride) + c);
                    s2 = TLanes.Load(target + (((long)x + 2) * stride) + c);
                    s3 = TLanes.Load(target + (((long)x + 3) * stride) + c);
                }

                for (int ky = ky0; ky < ky1; ky++)
                {
                    float* row = origin + ((((long)(y - reach + (ky * Dilation)) * width) + x - reach) * stride) + c;
                    float* w = weights + ((long)ky * Side * stride) + c;
                    for (int kx = kx0; kx < kx1; kx++)
                    {
                        float* pixel = row + ((long)kx * Dilation * stride);
                        TVector weight = TLanes.Load(w + ((long)kx * stride));
                        s0 = TLanes.MultiplyAdd(TLanes.Load(pixel), weight, s0);
                        if (isInside)
                        {
                            s1 = TLanes.MultiplyAdd(TLanes.Load(pixel + stride), weight, s1);
                            s2 = TLanes.MultiplyAdd(TLanes.Load(pixel + (2 * stride)), weight, s2);
                            s3 = TLanes.MultiplyAdd(TLanes.Load(pixel + (3 * stride)), weight, s3);
                        }
                    }
                }

                TLanes.Store(s0, target + ((long)x * stride) + c);
                if (isInside)
                {
                    TLanes.Store(s1, target + (((long)x + 1) * stride) + c);
                    TLanes.Store(s2, target + (((long)x + 2) * stride) + c);
                    TLanes.Store(s3, target + (((long)x + 3) * stride) + c);
                }

                x += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum<TVector, TLanes>(float* input, float* gradient, float* sums, int line, int firstChannel, int channels)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int width = Shape.Width;
        int reach = Side / 2 * Dilation;
        int stride = Channels;
        (int image, int y) = Math.DivRem(line, Shape.Height);
        (int ky0, int ky1) = Taps(y, Shape.Height);
        float* origin = input + ((long)image * Shape.Pixels * stride);
        float* g = gradient + ((long)line * width * stride);
        for (int c = firstChannel; c < firstChannel + channels; c += TLanes.Count)
        {
            for (int ky = ky0; ky < ky1; ky++)
            {
                float* row = origin + ((long)(y - reach + (ky * Dilation)) * width * stride) + c;
                for (int kx = 0; kx < Side; kx++)
                {
                    int shift = (kx * Dilation) - reach;
                    int first = Math.Max(0, -shift);
                    int end = Math.Min(width, width - shift);
                    float* target = sums + ((long)((ky * Side) + kx) * stride) + c;
                    TVector even = TLanes.Load(target);
                    TVector odd = TLanes.Create(0);
                    int x = first;
                    for (; x + 1 < end; x += 2)
                    {
                        float* from = row + ((long)(x + shift) * stride);
                        float* with = g + ((long)x * stride) + c;
                        even = TLanes.MultiplyAdd(TLanes.Load(from), TLanes.Load(with), even);
                        odd = TLanes.MultiplyAdd(TLanes.Load(from + stride), TLanes.Load(with + stride), odd);
                    }

                    if (x < end)
                    {
                        even = TLanes.MultiplyAdd(TLanes.Load(row + ((long)(x + shift) * stride)), TLanes.Load(g + ((long)x * stride) + c), even);
                    }

                    TLanes.Store(TLanes.Add(even, odd), target);
                }
            }
        }
    }

    private readonly struct LineLoop(DepthwiseProduct product, float* x, float* w, float* b, float* y, int start, int end) : ISimdLoop
    {
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int whole = product.Channels / TLanes.Count * TLanes.Count;
            for (int line = start; line < end; line++)
            {
                product.Line<TVector, TLanes>(x, w, b, y, line, 0, whole);
                product.Line<float, Lanes1>(x, w, b, y, line, whole, product.Channels - whole);
            }
        }
    }

    private readonly struct SumLoop(DepthwiseProduct product, float* x, float* g, float* s, int start, int end) : ISimdLoop
    {
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int whole = product.Channels / TLanes.Count * TLanes.Count;
            for (int line = start; line < end; line++)
            {
                product.Sum<TVector, TLanes>(x, g, s, line, 0, whole);
                product.Sum<float, Lanes1>(x, g, s, line, whole, product.Channels - whole);
            }
        }
    }
}
