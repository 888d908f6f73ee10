using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>A number for each pixel of a vector; selectors compare it with a threshold.</summary>
internal unsafe interface IPixelScore
{
    /// <summary>Scores one vector of pixels.</summary>
    /// <param name="logits">[classes, <see cref="ClassRows.Lanes"/>], of which the first vector's columns are read.</param>
    /// <param name="best">The largest logit of each pixel.</param>
    /// <param name="scratch">The same size as the logits.</param>
    /// <param name="classes">Number of classes.</param>
    static abstract TVector Of<TVector, TLanes>(float* logits, TVector best, float* scratch, int classes)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>;
}

/// <summary>The entropy in nats.</summary>
internal readonly unsafe struct EntropyScore : IPixelScore
{
    /// <inheritdoc/>
    public static TVector Of<TVector, TLanes>(float* logits, TVector best, float* scratch, int classes)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        => ClassRows.Entropy<TVector, TLanes>(logits, best, scratch, classes, ClassRows.Lanes);
}

/// <summary>p2 - p1, so that larger means less sure here too.</summary>
internal readonly unsafe struct NegativeMarginScore : IPixelScore
{
    /// <inheritdoc/>
    public static TVector Of<TVector, TLanes>(float* logits, TVector best, float* scratch, int classes)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        ClassRows.Softmax<TVector, TLanes>(logits, scratch, classes, ClassRows.Lanes);
        TVector first = TLanes.Load(scratch);
        TVector second = TLanes.Create(0);
        for (int c = 1; c < classes; c++)
        {
            TVector p = TLanes.Load(scratch + (c * ClassRows.Lanes));
            second = TLanes.Max(second, TLanes.Min(first, p));
            first = TLanes.Max(first, p);
        }

        return TLanes.Subtract(second, first);
    }
}
