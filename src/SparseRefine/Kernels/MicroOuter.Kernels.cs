using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>
/// Register tiles of the weight gradient.
/// Unrolled by hand: each sum is a local so that it stays in a register; arrays or inner loops would go through memory. Compiled
/// at full strength on the first call, because one picture is often all that a process scores.
/// </summary>
internal static unsafe class MicroOuter
{
    /// <summary>c[r][0..31] += sum over k of x[k][r] * y[k][0..31], r = 0..7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer8x32(float* x, int strideX, float* y, int strideY, int k, float* c, int strideC)
    {
        var s0a = Vector512.Load(c);
        var s0b = Vector512.Load(c + 16);
        var s1a = Vector512.Load(c + strideC);
        var s1b = Vector512.Load(c + strideC + 16);
        var s2a = Vector512.Load(c + (2 * strideC));
        var s2b = Vector512.Load(c + (2 * strideC) + 16);
        var s3a = Vector512.Load(c + (3 * strideC));
        var s3b = Vector512.Load(c + (3 * strideC) + 16);
        var s4a = Vector512.Load(c + (4 * strideC));
        var s4b = Vector512.Load(c + (4 * strideC) + 16);
        var s5a = Vector512.Load(c + (5 * strideC));
        var s5b = Vector512.Load(c + (5 * strideC) + 16);
        var s6a = Vector512.Load(c + (6 * strideC));
        var s6b = Vector512.Load(c + (6 * strideC) + 16);
        var s7a = Vector512.Load(c + (7 * strideC));
        var s7b = Vector512.Load(c + (7 * strideC) + 16);
        for (int i = 0; i < k; i++)
        {
            var ya = Vector512.Load(y);
            var yb = Vector512.Load(y + 16);
            var x0 = Vector512.Create(x[0]);
            s0a = Vector512.FusedMultiplyAdd(x0, ya, s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, yb, s0b);
            var x1 = Vector512.Create(x[1]);
            s1a = Vector512.FusedMultiplyAdd(x1, ya, s1a);
            s1b = Vector512.FusedMultiplyAdd(x1, yb, s1b);
            var x2 = Vector512.Create(x[2]);
            s2a = Vector512.FusedMultiplyAdd(x2, ya, s2a);
            s2b = Vector512.FusedMultiplyAdd(x2, yb, s2b);
            var x3 = Vector512.Create(x[3]);
            s3a = Vector512.FusedMultiplyAdd(x3, ya, s3a);
            s3b = Vector512.FusedMultiplyAdd(x3, yb, s3b);
            var x4 = Vector512.Create(x[4]);
            s4a = Vector512.FusedMultiplyAdd(x4, ya, s4a);
            s4b = Vector512.FusedMultiplyAdd(x4, yb, s4b);
            var x5 = Vector512.Create(x[5]);
            s5a = Vector512.FusedMultiplyAdd(x5, ya, s5a);
            s5b = Vector512.FusedMultiplyAdd(x5, yb, s5b);
            var x6 = Vector512.Create(x[6]);
            s6a = Vector512.FusedMultiplyAdd(x6, ya, s6a);
            s6b = Vector512.FusedMultiplyAdd(x6, yb, s6b);
            var x7 = Vector512.Create(x[7]);
            s7a = Vector512.FusedMultiplyAdd(x7, ya, s7a);
            s7b = Vector512.FusedMultiplyAdd(x7, yb, s7b);
            x += strideX;
            y += strideY;
        }

        s0a.Store(c);
        s0b.Store(c + 16);
        s1a.Store(c + strideC);
        s1b.Store(c + strideC + 16);
        s2a.Store(c + (2 * strideC));
        s2b.Store(c + (2 * strideC) + 16);
        s3a.Store(c + (3 * strideC));
        s3b.Store(c + (3 * strideC) + 16);
        s4a.Store(c + (4 * strideC));
        s4b.Store(c + (4 * strideC) + 16);
        s5a.Store(c + (5 * strideC));
        s5b.Store(c + (5 * strideC) + 16);
        s6a.Store(c + (6 * strideC));
        s6b.Store(c + (6 * strideC) + 16);
        s7a.Store(c + (7 * strideC));
        s7b.Store(c + (7 * strideC) + 16);
    }

    /// <summary>c[r][0..15] += sum over k of x[k][r] * y[k][0..15], r = 0..7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer8x16(float* x, int strideX, float* y, int strideY, int k, float* c, int strideC)
    {
        var s0a = Vector512.Load(c);
        var s1a = Vector512.Load(c + strideC);
        var s2a = Vector512.Load(c + (2 * strideC));
        var s3a = Vector512.Load(c + (3 * strideC));
        var s4a = Vector512.Load(c + (4 * strideC));
        var s5a = Vector512.Load(c + (5 * strideC));
        var s6a = Vector512.Load(c + (6 * strideC));
        var s7a = Vector512.Load(c + (7 * strideC));
        for (int i = 0; i < k; i++)
        {
            var ya = Vector512.Load(y);
            s0a = Vector512.FusedMultiplyAdd(Vector512.Create(x[0]), ya, s0a);
            s1a = Vector512.FusedMultiplyAdd(Vector512.Create(x[1]), ya, s1a);
            s2a = Vector512.FusedMultiplyAdd(Vector512.Create(x[2]), ya, s2a);
            s3a = Vector512.FusedMultiplyAdd(Vector512.Create(x[3]), ya, s3a);
            s4a = Vector512.FusedMultiplyAdd(Vector512.Create(x[4]), ya, s4a);
            s5a = Vector512.FusedMultiplyAdd(Vector512.Create(x[5]), ya, s5a);
            s6a = Vector512.FusedMultiplyAdd(Vector512.Create(x[6]), ya, s6a);
            s7a = Vector512.FusedMultiplyAdd(Vector512.Create(x[7]), ya, s7a);
            x += strideX;
            y += strideY;
        }

        s0a.Store(c);
        s1a.Store(c + strideC);
        s2a.Store(c + (2 * strideC));
        s3a.Store(c + (3 * strideC));
        s4a.Store(c + (4 * strideC));
        s5a.Store(c + (5 * strideC));
        s6a.Store(c + (6 * strideC));
        s7a.Store(c + (7 * strideC));
    }

    /// <summary>c[r][0..15] += sum over k of x[k][r] * y[k][0..15], r = 0..3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer4x16(float* x, int strideX, float* y, int strideY, int k, float* c, int strideC)
    {
        var s0a = Vector256.Load(c);
        var s0b = Vector256.Load(c + 8);
        var s1a = Vector256.Load(c + strideC);
        var s1b = Vector256.Load(c + strideC + 8);
        var s2a = Vector256.Load(c + (2 * strideC));
        var s2b = Vector256.Load(c + (2 * strideC) + 8);
        var s3a = Vector256.Load(c + (3 * strideC));
        var s3b = Vector256.Load(c + (3 * strideC) + 8);
        for (int i = 0; i < k; i++)
        {
            var ya = Vector256.Load(y);
            var yb = Vector256.Load(y + 8);
            var x0 = Vector256.Create(x[0]);
            s0a = Vector256.FusedMultiplyAdd(x0, ya, s0a);
            s0b = Vector256.FusedMultiplyAdd(x0, yb, s0b);
            var x1 = Vector256.Create(x[1]);
            s1a = Vector256.FusedMultiplyAdd(x1, ya, s1a);
            s1b = Vector256.FusedMultiplyAdd(x1, yb, s1b);
            var x2 = Vector256.Create(x[2]);
            s2a = Vector256.FusedMultiplyAdd(x2, ya, s2a);
            s2b = Vector256.FusedMultiplyAdd(x2, yb, s2b);
            var x3 = Vector256.Create(x[3]);
            s3a = Vector256.FusedMultiplyAdd(x3, ya, s3a);
            s3b = Vector256.FusedMultiplyAdd(x3, yb, s3b);
            x += strideX;
            y += strideY;
        }

        s0a.Store(c);
        s0b.Store(c + 8);
        s1a.Store(c + strideC);
        s1b.Store(c + strideC + 8);
        s2a.Store(c + (2 * strideC));
        s2b.Store(c + (2 * strideC) + 8);
        s3a.Store(c + (3 * strideC));
        s3b.Store(c + (3 * strideC) + 8);
    }

    /// <summary>c[r][0..7] += sum over k of x[k][r] * y[k][0..7], r = 0..7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer8x8(float* x, int strideX, float* y, int strideY, int k, float* c, int strideC)
    {
        var s0a = Vector256.Load(c);
        var s1a = Vector256.Load(c + strideC);
        var s2a = Vector256.Load(c + (2 * strideC));
        var s3a = Vector256.Load(c + (3 * strideC));
        var s4a = Vector256.Load(c + (4 * strideC));
        var s5a = Vector256.Load(c + (5 * strideC));
        var s6a = Vector256.Load(c + (6 * strideC));
        var s7a = Vector256.Load(c + (7 * strideC));
        for (int i = 0; i < k; i++)
        {
            var ya = Vector256.Load(y);
            s0a = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), ya, s0a);
            s1a = Vector256.FusedMultiplyAdd(Vector256.Create(x[1]), ya, s1a);
            s2a = Vector256.FusedMultiplyAdd(Vector256.Create(x[2]), ya, s2a);
            s3a = Vector256.FusedMultiplyAdd(Vector256.Create(x[3]), ya, s3a);
            s4a = Vector256.FusedMultiplyAdd(Vector256.Create(x[4]), ya, s4a);
            s5a = Vector256.FusedMultiplyAdd(Vector256.Create(x[5]), ya, s5a);
            s6a = Vector256.FusedMultiplyAdd(Vector256.Create(x[6]), ya, s6a);
            s7a = Vector256.FusedMultiplyAdd(Vector256.Create(x[7]), ya, s7a);
            x += strideX;
            y += strideY;
        }

        s0a.Store(c);
        s1a.Store(c + strideC);
        s2a.Store(c + (2 * strideC));
        s3a.Store(c + (3 * strideC));
        s4a.Store(c + (4 * strideC));
        s5a.Store(c + (5 * strideC));
        s6a.Store(c + (6 * strideC));
        s7a.Store(c + (7 * strideC));
    }
}
