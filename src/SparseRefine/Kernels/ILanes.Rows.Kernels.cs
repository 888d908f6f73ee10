namespace SparseRefine.Kernels;

/// <content>What the loops over pixels need besides arithmetic. NaN as for the rest: callers must not rely on what it gives.</content>
internal unsafe partial interface ILanes<TVector>
{
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>To the nearest whole number, halves to even.</summary>
    static abstract TVector Round(TVector a);

    /// <summary>a * 2^n for whole n from -126 to 127.</summary>
    static abstract TVector Scale(TVector a, TVector n);

    /// <summary>The natural logarithm, within 2 units in the last place.</summary>
    static abstract TVector Log(TVector a);

    /// <summary>x where a &gt; b, otherwise y.</summary>
    static abstract TVector WhereGreater(TVector a, TVector b, TVector x, TVector y);

    /// <summary>Bit i is set where lane i has a &gt; b.</summary>
    static abstract uint GreaterBits(TVector a, TVector b);

    /// <summary>Lane i takes table[indices[i]], indices from 0 to <see cref="Count"/> - 1.</summary>
    static abstract TVector Pick(float* table, int* indices);

    /// <summary>Whole numbers from 0 to 255 as one byte a lane.</summary>
    static abstract void StoreBytes(TVector a, byte* target);
}
