using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>
/// Eight pixels side by side: a tile is [classes, 8], so that one vector holds one class of eight pixels and no sum
/// runs across lanes. Rows that a tile has too many of hold zeros. The vector loops here and in the scans skip the
/// unoptimised tier (AggressiveOptimization): a run over one photo is done before that tier would be left.
/// </summary>
internal static unsafe class ClassRows
{
    /// <summary>Smallest probability whose logarithm the entropy uses (SparseRefine, official code).</summary>
    public const float MinProbability = 1e-5f;

    /// <summary>-ln <see cref="MinProbability"/>.</summary>
    public const float MaxSurprise = 11.512925f;

    /// <summary>Rows [first, first + 8) of [rows, classes] into a tile; <paramref name="count"/> of them exist.</summary>
    public static void Load(ReadOnlySpan<float> rows, int classes, int count, Span<float> tile)
    {
        if (count < VectorMath.Lanes)
        {
            tile[..(classes * VectorMath.Lanes)].Clear();
        }

        fixed (float* source = rows, target = tile)
        {
            for (int i = 0; i < count; i++)
            {
                for (int c = 0; c < classes; c++)
                {
                    target[c * VectorMath.Lanes + i] = source[i * classes + c];
                }
            }
        }
    }

    /// <summary>The reverse of <see cref="Load"/>.</summary>
    public static void Store(ReadOnlySpan<float> tile, int classes, int count, Span<float> rows)
    {
        fixed (float* source = tile, target = rows)
        {
            for (int i = 0; i < count; i++)
            {
                for (int c = 0; c < classes; c++)
                {
                    target[i * classes + c] = source[c * VectorMath.Lanes + i];
                }
            }
        }
    }

    /// <summary>
    /// p = softmax(z) and e = sum_c p_c min(-ln p_c, -ln 1e-5), where -ln p_c = ln(sum exp(z - max)) - (z_c - max),
    /// so only one logarithm a pixel is needed.
    /// </summary>
    /// <param name="logits">[classes, stride] z of which the first eight columns are read.</param>
    /// <param name="probabilities">[classes, stride] p; another buffer than <paramref name="logits"/>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="stride">Floats from one class to the next in both.</param>
    /// <returns>e, at least 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<float> Softmax(
        float* logits, float* probabilities, int classes, int stride = VectorMath.Lanes)
    {
        Vector256<float> max = Vector256.Load(logits);
        for (int c = 1; c < classes; c++)
        {
            max = Vector256.MaxNative(max, Vector256.Load(logits + c * stride));
        }

        Vector256<float> sum = Vector256<float>.Zero;
        for (int c = 0; c < classes; c++)
        {
            Vector256<float> q = VectorMath.Exp(Vector256.Load(logits + c * stride) - max);
            q.Store(probabilities + c * stride);
            sum += q;
        }

        Vector256<float> logSum = VectorMath.LogFromOne(sum);
        Vector256<float> scale = Vector256<float>.One / sum;
        Vector256<float> entropy = Vector256<float>.Zero;
        for (int c = 0; c < classes; c++)
        {
            Vector256<float> p = Vector256.Load(probabilities + c * stride) * scale;
            p.Store(probabilities + c * stride);
            Vector256<float> surprise = Vector256.MinNative(
                logSum - (Vector256.Load(logits + c * stride) - max), Vector256.Create(MaxSurprise));
            entropy = Vector256.FusedMultiplyAdd(p, surprise, entropy);
        }

        return entropy;
    }

    /// <summary><see cref="Softmax"/> over [count, classes] rows; an empty result is left out.</summary>
    public static void SoftmaxRows(
        ReadOnlySpan<float> rows, int classes, Span<float> entropies, Span<float> probabilities)
    {
        int count = rows.Length / classes;
        float[] logits = new float[classes * VectorMath.Lanes];
        float[] results = new float[logits.Length];
        Span<float> lanes = stackalloc float[VectorMath.Lanes];
        fixed (float* z = logits, p = results)
        {
            for (int i = 0; i < count; i += VectorMath.Lanes)
            {
                int n = Math.Min(VectorMath.Lanes, count - i);
                Load(rows.Slice(i * classes, n * classes), classes, n, logits);
                Softmax(z, p, classes).CopyTo(lanes);
                if (!entropies.IsEmpty)
                {
                    lanes[..n].CopyTo(entropies[i..]);
                }

                if (!probabilities.IsEmpty)
                {
                    Store(results, classes, n, probabilities.Slice(i * classes, n * classes));
                }
            }
        }
    }
}
