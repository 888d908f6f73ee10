using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>Elementary functions on vectors of any width. The same bits in every lane and for every width for the same input.</summary>
internal static class VectorMath
{
    /// <summary>Below this input <see cref="Exp"/> stays at its value there, 1.6e-38: e^x is about to leave the normal numbers.</summary>
    public const float MinExponent = -87f;

    /// <summary>
    /// e^x with a relative error below 2e-7 for x in [-87, 88]; e^-87 below and e^88 above. What NaN gives depends on the
    /// processor: callers must not rely on it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector, TLanes>(TVector x)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => ExpFromZero<TVector, TLanes>(TLanes.Min(x, TLanes.Create(88f)));

    /// <summary><see cref="Exp"/> for x up to 0, where nothing has to be clamped above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpFromZero<TVector, TLanes>(TVector x)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is split so that n * high is exact.
        TVector clamped = TLanes.Max(x, TLanes.Create(MinExponent));
        TVector n = TLanes.Round(TLanes.Multiply(clamped, TLanes.Create(1.44269504f)));
        TVector r = TLanes.MultiplyAdd(n, TLanes.Create(-0.693359375f), clamped);
        r = TLanes.MultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);

        // The polynomial of degree 5 with the least relative error at |r| <= ln 2 / 2, 9.2e-8, among those that are exactly 1 at 0.
        TVector p = TLanes.Create(0.008290272f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.04189816f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.16667639f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.49999148f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.9999997f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f));

        // n lies in [-126, 127] after the clamp.
        return TLanes.Scale(p, n);
    }

    /// <summary>ln x for x of at least 1, never below 0 in spite of rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogFromOne<TVector, TLanes>(TVector x)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => TLanes.Max(TLanes.Log(x), TLanes.Create(0));
}
