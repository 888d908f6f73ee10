using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Images;

/// <content>Whole rows for the scans.</content>
public sealed unsafe partial class LogitSampler
{
    /// <summary>Source row <paramref name="row"/> brought to the picture's width: [classes, <see cref="PaddedWidth"/>].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void ExpandRow(int row, Span<float> values)
    {
        fixed (int* left = _left, right = _right)
        fixed (float* weights = _columnWeights, target = values, map = Map.Values)
        {
            for (int c = 0; c < Map.Classes; c++)
            {
                float* source = map + (c * Map.Height + row) * Map.Width;
                float* output = target + c * PaddedWidth;
                for (int x = 0; x < PaddedWidth; x++)
                {
                    float a = source[left[x]];
                    output[x] = MathF.FusedMultiplyAdd(weights[x], source[right[x]] - a, a);
                }
            }
        }
    }

    /// <summary>The first value that is NaN or too large, or -1.</summary>
    private static int IndexOfUnusable(ReadOnlySpan<float> values)
    {
        int i = 0;
        Vector256<float> limit = Vector256.Create(MaxMagnitude);
        for (; i <= values.Length - VectorMath.Lanes; i += VectorMath.Lanes)
        {
            // A comparison with NaN is false, so "all within" catches it too.
            if (!Vector256.LessThanOrEqualAll(Vector256.Abs(Vector256.Create(values.Slice(i, VectorMath.Lanes))), limit))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!(MathF.Abs(values[i]) <= MaxMagnitude))
            {
                return i;
            }
        }

        return -1;
    }
}
