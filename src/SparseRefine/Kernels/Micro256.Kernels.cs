using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>
/// Register tiles of 256-bit vectors; 12 of 16 registers hold sums.
/// Unrolled by hand: each sum is a local so that it stays in a register; arrays or inner loops would go through memory. Compiled
/// at full strength on the first call, because one picture is often all that a process scores.
/// </summary>
internal static unsafe class Micro256
{
    private const int Stride = GatherProduct.Stride;

    /// <summary>c[6][16] += a[6][k] * w[k][16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6x16(float* a, float* w, int k, float* c)
    {
        var s0a = Vector256.Load(c + 0);
        var s0b = Vector256.Load(c + 8);
        var s1a = Vector256.Load(c + 16);
        var s1b = Vector256.Load(c + 24);
        var s2a = Vector256.Load(c + 32);
        var s2b = Vector256.Load(c + 40);
        var s3a = Vector256.Load(c + 48);
        var s3b = Vector256.Load(c + 56);
        var s4a = Vector256.Load(c + 64);
        var s4b = Vector256.Load(c + 72);
        var s5a = Vector256.Load(c + 80);
        var s5b = Vector256.Load(c + 88);
        for (int i = 0; i < k; i++)
        {
            var wa = Vector256.Load(w);
            var wb = Vector256.Load(w + 8);
            var x0 = Vector256.Create(a[0]);
            s0a = Vector256.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector256.FusedMultiplyAdd(x0, wb, s0b);
            var x1 = Vector256.Create(a[1 * Stride]);
            s1a = Vector256.FusedMultiplyAdd(x1, wa, s1a);
            s1b = Vector256.FusedMultiplyAdd(x1, wb, s1b);
            var x2 = Vector256.Create(a[2 * Stride]);
            s2a = Vector256.FusedMultiplyAdd(x2, wa, s2a);
            s2b = Vector256.FusedMultiplyAdd(x2, wb, s2b);
            var x3 = Vector256.Create(a[3 * Stride]);
            s3a = Vector256.FusedMultiplyAdd(x3, wa, s3a);
            s3b = Vector256.FusedMultiplyAdd(x3, wb, s3b);
            var x4 = Vector256.Create(a[4 * Stride]);
            s4a = Vector256.FusedMultiplyAdd(x4, wa, s4a);
            s4b = Vector256.FusedMultiplyAdd(x4, wb, s4b);
            var x5 = Vector256.Create(a[5 * Stride]);
            s5a = Vector256.FusedMultiplyAdd(x5, wa, s5a);
            s5b = Vector256.FusedMultiplyAdd(x5, wb, s5b);
            a++;
            w += 16;
        }

        s0a.Store(c + 0);
        s0b.Store(c + 8);
        s1a.Store(c + 16);
        s1b.Store(c + 24);
        s2a.Store(c + 32);
        s2b.Store(c + 40);
        s3a.Store(c + 48);
        s3b.Store(c + 56);
        s4a.Store(c + 64);
        s4b.Store(c + 72);
        s5a.Store(c + 80);
        s5b.Store(c + 88);
    }

    /// <summary>c[12][8] += a[12][k] * w[k][8].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply12x8(float* a, float* w, int k, float* c)
    {
        var s0a = Vector256.Load(c + 0);
        var s1a = Vector256.Load(c + 8);
        var s2a = Vector256.Load(c + 16);
        var s3a = Vector256.Load(c + 24);
        var s4a = Vector256.Load(c + 32);
        var s5a = Vector256.Load(c + 40);
        var s6a = Vector256.Load(c + 48);
        var s7a = Vector256.Load(c + 56);
        var s8a = Vector256.Load(c + 64);
        var s9a = Vector256.Load(c + 72);
        var s10a = Vector256.Load(c + 80);
        var s11a = Vector256.Load(c + 88);
        for (int i = 0; i < k; i++)
        {
            var wa = Vector256.Load(w);
            s0a = Vector256.FusedMultiplyAdd(Vector256.Create(a[0]), wa, s0a);
            s1a = Vector256.FusedMultiplyAdd(Vector256.Create(a[1 * Stride]), wa, s1a);
            s2a = Vector256.FusedMultiplyAdd(Vector256.Create(a[2 * Stride]), wa, s2a);
            s3a = Vector256.FusedMultiplyAdd(Vector256.Create(a[3 * Stride]), wa, s3a);
            s4a = Vector256.FusedMultiplyAdd(Vector256.Create(a[4 * Stride]), wa, s4a);
            s5a = Vector256.FusedMultiplyAdd(Vector256.Create(a[5 * Stride]), wa, s5a);
            s6a = Vector256.FusedMultiplyAdd(Vector256.Create(a[6 * Stride]), wa, s6a);
            s7a = Vector256.FusedMultiplyAdd(Vector256.Create(a[7 * Stride]), wa, s7a);
            s8a = Vector256.FusedMultiplyAdd(Vector256.Create(a[8 * Stride]), wa, s8a);
            s9a = Vector256.FusedMultiplyAdd(Vector256.Create(a[9 * Stride]), wa, s9a);
            s10a = Vector256.FusedMultiplyAdd(Vector256.Create(a[10 * Stride]), wa, s10a);
            s11a = Vector256.FusedMultiplyAdd(Vector256.Create(a[11 * Stride]), wa, s11a);
            a++;
            w += 8;
        }

        s0a.Store(c + 0);
        s1a.Store(c + 8);
        s2a.Store(c + 16);
        s3a.Store(c + 24);
        s4a.Store(c + 32);
        s5a.Store(c + 40);
        s6a.Store(c + 48);
        s7a.Store(c + 56);
        s8a.Store(c + 64);
        s9a.Store(c + 72);
        s10a.Store(c + 80);
        s11a.Store(c + 88);
    }
}
