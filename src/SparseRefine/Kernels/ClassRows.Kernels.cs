using System.Buffers;
using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>
/// Softmax and entropy over tiles of pixels. A tile is [classes, <see cref="Lanes"/>]: a vector holds one class of neighbouring pixels, so no sum
/// runs across lanes; columns of a tile beyond the last pixel hold zeros. The vector loops here and in the scans are marked
/// AggressiveOptimization, which skips the JIT's unoptimised first tier: one photo is scored before the JIT would leave that tier by itself.
/// </summary>
internal static unsafe class ClassRows
{
    /// <summary>Columns of a tile, whatever the width of the vectors that run over it.</summary>
    public const int Lanes = 16;

    /// <summary>Smallest probability whose logarithm the entropy uses (SparseRefine, official code).</summary>
    public const float MinProbability = 1e-5f;

    /// <summary>-ln <see cref="MinProbability"/>.</summary>
    public const float MaxSurprise = 11.512925f;

    /// <summary>Floats by which a buffer must be longer than its content, so that the content still fits behind <see cref="Align"/>: 64 bytes.</summary>
    public const int AlignmentSlack = 16;

    /// <summary>
    /// The first address of a cache line (a multiple of 64) from <paramref name="buffer"/> on, so that no vector crosses two lines. Buffers that are
    /// read right after they are written need it, since processors forward a store that crosses lines to its load late.
    /// </summary>
    public static float* Align(float* buffer) => (float*)(((nint)buffer + 63) & ~(nint)63);

    /// <summary>Rounds up to whole tiles.</summary>
    public static int Pad(int length) => (length + Lanes - 1) & -Lanes;

    /// <summary>
    /// p = softmax(z) and e = sum_c p_c min(-ln p_c, -ln 1e-5), where -ln p_c = ln(sum exp(z - max)) - (z_c - max),
    /// so only one logarithm a pixel is needed.
    /// </summary>
    /// <param name="logits">[classes, stride] z of which the first vector's columns are read.</param>
    /// <param name="probabilities">[classes, stride] p; another buffer than <paramref name="logits"/>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="stride">Floats from one class to the next in both.</param>
    /// <returns>e, at least 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TVector Softmax<TVector, TLanes>(float* logits, float* probabilities, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector max = Max<TVector, TLanes>(logits, classes, stride);
        TVector sum = Exponentials<TVector, TLanes>(logits, max, probabilities, classes, stride);
        TVector logSum = VectorMath.LogFromOne<TVector, TLanes>(sum);
        return Normalize<TVector, TLanes>(logits, max, probabilities, sum, logSum, classes, stride);
    }

    /// <summary>The e of <see cref="Softmax"/>, the same bits, for a known largest logit; leaves the exponentials in the scratch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TVector Entropy<TVector, TLanes>(float* logits, TVector max, float* scratch, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector sum = Exponentials<TVector, TLanes>(logits, max, scratch, classes, stride);
        TVector logSum = VectorMath.LogFromOne<TVector, TLanes>(sum);
        return Surprise<TVector, TLanes>(logits, max, scratch, sum, logSum, classes, stride);
    }

    /// <summary>The largest logit of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Max<TVector, TLanes>(float* logits, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector max = TLanes.Load(logits);
        for (int c = stride; c < classes * stride; c += stride)
        {
            max = TLanes.Max(max, TLanes.Load(logits + c));
        }

        return max;
    }

    /// <summary><see cref="Softmax"/> over [count, classes] rows; an empty result is left out.</summary>
    public static void SoftmaxRows(
        ReadOnlySpan<float> rows, int classes, Span<float> entropies, Span<float> probabilities)
    {
        float[] tiles = ArrayPool<float>.Shared.Rent(2 * classes * Lanes);
        fixed (float* z = rows, e = entropies, p = probabilities, t = tiles)
        {
            var loop = new SoftmaxLoop(z, rows.Length / classes, classes, e, p, t);
            Simd.Run(Simd.Default, ref loop);
        }

        ArrayPool<float>.Shared.Return(tiles);
    }

    // exp(z - max) and its sum over the classes. The three loops stand apart from the logarithm between them, which is a call: around
    // a call the JIT keeps vectors on the stack even inside loops, where they may cross cache lines; that took 2.4 times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TVector Exponentials<TVector, TLanes>(float* logits, TVector max, float* target, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector sum = TLanes.Create(0);
        for (int c = 0; c < classes * stride; c += stride)
        {
            TVector q = VectorMath.ExpFromZero<TVector, TLanes>(TLanes.Subtract(TLanes.Load(logits + c), max));
            TLanes.Store(q, target + c);
            sum = TLanes.Add(sum, q);
        }

        return sum;
    }

    // p = q / sum in place of the exponentials, and e.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TVector Normalize<TVector, TLanes>(
        float* logits, TVector max, float* exponentials, TVector sum, TVector logSum, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector scale = TLanes.Divide(TLanes.Create(1), sum);
        TVector weighted = TLanes.Create(0);
        for (int c = 0; c < classes * stride; c += stride)
        {
            TVector q = TLanes.Load(exponentials + c);
            TLanes.Store(TLanes.Multiply(q, scale), exponentials + c);
            weighted = AddSurprise<TVector, TLanes>(q, TLanes.Load(logits + c), max, logSum, weighted);
        }

        return Entropy<TVector, TLanes>(weighted, scale);
    }

    // e alone.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TVector Surprise<TVector, TLanes>(
        float* logits, TVector max, float* exponentials, TVector sum, TVector logSum, int classes, int stride)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector weighted = TLanes.Create(0);
        for (int c = 0; c < classes * stride; c += stride)
        {
            weighted = AddSurprise<TVector, TLanes>(TLanes.Load(exponentials + c), TLanes.Load(logits + c), max, logSum, weighted);
        }

        return Entropy<TVector, TLanes>(weighted, TLanes.Divide(TLanes.Create(1), sum));
    }

    // The exponentials of the least likely classes are held at 1.6e-38. What they add, far below any other entropy's last place, is taken off, so that a
    // pixel without any doubt has an entropy of 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Entropy<TVector, TLanes>(TVector weighted, TVector scale)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => TLanes.Max(TLanes.MultiplyAdd(weighted, scale, TLanes.Create(-1e-30f)), TLanes.Create(0));

    // weighted + q min(-ln p, -ln 1e-5), where p = q / sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddSurprise<TVector, TLanes>(TVector q, TVector logit, TVector max, TVector logSum, TVector weighted)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector surprise = TLanes.Subtract(logSum, TLanes.Subtract(logit, max));
        return TLanes.MultiplyAdd(q, TLanes.Min(surprise, TLanes.Create(MaxSurprise)), weighted);
    }

    private readonly struct SoftmaxLoop(float* rows, int count, int classes, float* entropies, float* probabilities, float* tiles)
        : ISimdLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            float* z = tiles;
            float* p = tiles + (classes * Lanes);
            float* e = stackalloc float[Lanes];
            for (int first = 0; first < count; first += Lanes)
            {
                int n = Math.Min(Lanes, count - first);
                for (int c = 0; c < classes; c++)
                {
                    for (int i = 0; i < Lanes; i++)
                    {
                        z[(c * Lanes) + i] = i < n ? rows[((long)(first + i) * classes) + c] : 0;
                    }
                }

                for (int v = 0; v < n; v += TLanes.Count)
                {
                    TLanes.Store(Softmax<TVector, TLanes>(z + v, p + v, classes, Lanes), e + v);
                }

                for (int i = 0; i < n; i++)
                {
                    if (entropies != null)
                    {
                        entropies[first + i] = e[i];
                    }

                    for (int c = 0; c < classes && probabilities != null; c++)
                    {
                        probabilities[((long)(first + i) * classes) + c] = p[(c * Lanes) + i];
                    }
                }
            }
        }
    }
}
