using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>Elementary functions on vectors of any width. The same bits in every lane and for every width for the same input.</summary>
internal static class VectorMath
{
    /// <summary>Below this input <see cref="Exp"/> gives 0: e^x is about to leave the normal numbers.</summary>
    public const float MinExponent = -87f;

    /// <summary>
    /// e^x with a relative error below 2e-7 for x in [-87, 88]; 0 below and e^88 above. What NaN gives depends on the
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
        TVector lowest = TLanes.Create(MinExponent);
        TVector clamped = TLanes.Max(x, lowest);

        // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is split so that n * high is exact.
        TVector n = TLanes.Round(TLanes.Multiply(clamped, TLanes.Create(1.44269504f)));
        TVector r = TLanes.MultiplyAdd(n, TLanes.Create(-0.693359375f), clamped);
        r = TLanes.MultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);

        // Taylor polynomial of degree 7: the first term left out is below 6e-9 at |r| = ln 2 / 2.
        TVector p = TLanes.Create(1f / 5040f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f / 720f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f / 120f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f / 24f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f / 6f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.5f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1f));

        // n lies in [-126, 127] after the clamp.
        return TLanes.WhereGreater(lowest, x, TLanes.Create(0), TLanes.Scale(p, n));
    }

    /// <summary>ln x for x of at least 1, never below 0 in spite of rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogFromOne<TVector, TLanes>(TVector x)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => TLanes.Max(TLanes.Log(x), TLanes.Create(0));
}
