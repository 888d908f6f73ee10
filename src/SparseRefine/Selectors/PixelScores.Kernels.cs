using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>A number for each of eight pixels; selectors compare it with a threshold.</summary>
internal unsafe interface IPixelScore
{
    /// <summary>Scores eight pixels.</summary>
    /// <param name="logits">[classes, 8].</param>
    /// <param name="scratch">[classes, 8].</param>
    /// <param name="classes">Number of classes.</param>
    static abstract Vector256<float> Of(float* logits, float* scratch, int classes);
}

/// <summary>The entropy in nats.</summary>
internal readonly unsafe struct EntropyScore : IPixelScore
{
    /// <inheritdoc/>
    public static Vector256<float> Of(float* logits, float* scratch, int classes)
        => ClassRows.Softmax(logits, scratch, classes);
}

/// <summary>p2 - p1, so that larger means less sure here too.</summary>
internal readonly unsafe struct NegativeMarginScore : IPixelScore
{
    /// <inheritdoc/>
    public static Vector256<float> Of(float* logits, float* scratch, int classes)
    {
        ClassRows.Softmax(logits, scratch, classes);
        Vector256<float> first = Vector256.Load(scratch);
        Vector256<float> second = Vector256<float>.Zero;
        for (int c = 1; c < classes; c++)
        {
            Vector256<float> p = Vector256.Load(scratch + c * VectorMath.Lanes);
            second = Vector256.MaxNative(second, Vector256.MinNative(first, p));
            first = Vector256.MaxNative(first, p);
        }

        return second - first;
    }
}
