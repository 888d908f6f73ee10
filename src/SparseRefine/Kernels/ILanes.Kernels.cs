namespace SparseRefine.Kernels;

/// <summary>
/// Arithmetic on the floats of one vector, for kernels that are written once for all widths. The implementations are empty structs, so the
/// JIT compiles a kernel for each of them and inlines every call. Each operation gives a lane the same bits in every implementation.
/// </summary>
/// <typeparam name="TVector">What holds the lanes: a vector type, or float for one lane.</typeparam>
internal unsafe partial interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector, a power of two.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, rounded once on processors that can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The larger of both; callers must not rely on what NaN gives.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>The smaller of both; callers must not rely on what NaN gives.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>value where test &gt; 0, otherwise 0.</summary>
    static abstract TVector WherePositive(TVector test, TVector value);
}
