using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>Elementary functions on eight floats. The same bits in every lane for the same input.</summary>
internal static class VectorMath
{
    /// <summary>Lanes of the vectors that all row kernels use.</summary>
    public const int Lanes = 8;

    /// <summary>Below this input <see cref="Exp"/> gives 0: e^x is about to leave the normal numbers.</summary>
    public const float MinExponent = -87f;

    /// <summary>Rounds up to whole vectors.</summary>
    public static int Pad(int length) => (length + Lanes - 1) & -Lanes;

    /// <summary>
    /// e^x with a relative error below 2e-7 for x in [-87, 88]; 0 below and e^88 above. What NaN gives depends on the
    /// processor: callers must not rely on it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> inRange = Vector256.GreaterThanOrEqual(x, Vector256.Create(MinExponent));
        x = Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(MinExponent)), Vector256.Create(88f));

        // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is split so that n * high is exact.
        Vector256<float> n = Vector256.Round(x * Vector256.Create(1.44269504f));
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);

        // Taylor polynomial of degree 7: the first term left out is below 6e-9 at |r| = ln 2 / 2.
        Vector256<float> p = Vector256.Create(1f / 5040f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 720f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 120f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 24f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 6f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);

        // 2^n straight into the exponent bits; n lies in [-126, 127] after the clamp.
        Vector256<int> scale = (Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23;
        return (p * scale.AsSingle()) & inRange;
    }

    /// <summary>ln x for x of at least 1, never below 0 in spite of rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogFromOne(Vector256<float> x)
        => Vector256.Max(Vector256.Log(x), Vector256<float>.Zero);
}
