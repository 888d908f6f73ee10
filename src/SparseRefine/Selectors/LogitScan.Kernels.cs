using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <content>Loops over one row.</content>
internal static unsafe partial class LogitScan
{
    /// <summary>
    /// Labels one row and scores the vectors in which some pixel's two best logits are closer than
    /// <paramref name="cutoff"/>; the other vectors get negative infinity. All columns up to the padded width are
    /// computed; the columns past the width repeat the last pixel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanRow<TScore>(
        ExpandedRows rows, int classes, int paddedWidth, float cutoff, byte[] labels, float[] scores, float[] tiles)
        where TScore : struct, IPixelScore
    {
        Vector256<float> weight = Vector256.Create(rows.Weight);
        Vector256<float> limit = Vector256.Create(cutoff);
        fixed (float* upper = rows.Upper, lower = rows.Lower, score = scores, tile = tiles)
        fixed (byte* label = labels)
        {
            for (int x = 0; x < paddedWidth; x += VectorMath.Lanes)
            {
                Vector256<float> best = Lerp(upper + x, lower + x, weight);
                Vector256<float> second = Vector256.Create(float.NegativeInfinity);
                Vector256<int> winner = Vector256<int>.Zero;
                best.Store(tile);
                for (int c = 1; c < classes; c++)
                {
                    Vector256<float> z = Lerp(upper + c * paddedWidth + x, lower + c * paddedWidth + x, weight);
                    z.Store(tile + c * VectorMath.Lanes);

                    // Strictly greater: ties stay with the lower class.
                    Vector256<int> greater = Vector256.GreaterThan(z, best).AsInt32();
                    winner = Vector256.ConditionalSelect(greater, Vector256.Create(c), winner);
                    second = Vector256.MaxNative(second, Vector256.MinNative(z, best));
                    best = Vector256.MaxNative(best, z);
                }

                Vector128<short> narrow = Vector128.Narrow(winner.GetLower(), winner.GetUpper());
                *(ulong*)(label + x) = Vector128.Narrow(narrow.AsUInt16(), narrow.AsUInt16()).AsUInt64().ToScalar();
                Vector256<float> result = Vector256.LessThanAny(best - second, limit)
                    ? TScore.Of(tile, tile + classes * VectorMath.Lanes, classes)
                    : Vector256.Create(float.NegativeInfinity);
                result.Store(score + x);
            }
        }
    }

    /// <summary>Writes first + x for every x with scores[x] above the threshold; returns how many.</summary>
    public static int Compact(ReadOnlySpan<float> scores, float threshold, int first, Span<int> indices)
    {
        int count = 0;
        Vector256<float> limit = Vector256.Create(threshold);
        int x = 0;
        for (; x <= scores.Length - VectorMath.Lanes; x += VectorMath.Lanes)
        {
            uint bits = Vector256.GreaterThan(Vector256.Create(scores.Slice(x, VectorMath.Lanes)), limit)
                .ExtractMostSignificantBits();
            while (bits != 0)
            {
                indices[count++] = first + x + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }

        for (; x < scores.Length; x++)
        {
            if (scores[x] > threshold)
            {
                indices[count++] = first + x;
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Lerp(float* upper, float* lower, Vector256<float> weight)
    {
        Vector256<float> a = Vector256.Load(upper);
        return Vector256.FusedMultiplyAdd(weight, Vector256.Load(lower) - a, a);
    }
}
