using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>
/// Register tiles of 512-bit vectors; 24 of 32 registers hold sums.
/// Unrolled by hand: each sum is a local so that it stays in a register; arrays or inner loops would go through memory. Compiled
/// at full strength on the first call, because one picture is often all that a process scores.
/// </summary>
internal static unsafe class Micro512
{
    private const int Stride = GatherProduct.Stride;

    /// <summary>c[12][32] += a[12][k] * w[k][32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply12x32(float* a, float* w, int k, float* c)
    {
        var s0a = Vector512.Load(c + 0);
        var s0b = Vector512.Load(c + 16);
        var s1a = Vector512.Load(c + 32);
        var s1b = Vector512.Load(c + 48);
        var s2a = Vector512.Load(c + 64);
        var s2b = Vector512.Load(c + 80);
        var s3a = Vector512.Load(c + 96);
        var s3b = Vector512.Load(c + 112);
        var s4a = Vector512.Load(c + 128);
        var s4b = Vector512.Load(c + 144);
        var s5a = Vector512.Load(c + 160);
        var s5b = Vector512.Load(c + 176);
        var s6a = Vector512.Load(c + 192);
        var s6b = Vector512.Load(c + 208);
        var s7a = Vector512.Load(c + 224);
        var s7b = Vector512.Load(c + 240);
        var s8a = Vector512.Load(c + 256);
        var s8b = Vector512.Load(c + 272);
        var s9a = Vector512.Load(c + 288);
        var s9b = Vector512.Load(c + 304);
        var s10a = Vector512.Load(c + 320);
        var s10b = Vector512.Load(c + 336);
        var s11a = Vector512.Load(c + 352);
        var s11b = Vector512.Load(c + 368);
        for (int i = 0; i < k; i++)
        {
            var wa = Vector512.Load(w);
            var wb = Vector512.Load(w + 16);
            var x0 = Vector512.Create(a[0]);
            s0a = Vector512.FusedMultiplyAdd(x0, wa, s0a);
            s0b = Vector512.FusedMultiplyAdd(x0, wb, s0b);
            var x1 = Vector512.Create(a[1 * Stride]);
            s1a = Vector512.FusedMultiplyAdd(x1, wa, s1a);
            s1b = Vector512.FusedMultiplyAdd(x1, wb, s1b);
            var x2 = Vector512.Create(a[2 * Stride]);
            s2a = Vector512.FusedMultiplyAdd(x2, wa, s2a);
            s2b = Vector512.FusedMultiplyAdd(x2, wb, s2b);
            var x3 = Vector512.Create(a[3 * Stride]);
            s3a = Vector512.FusedMultiplyAdd(x3, wa, s3a);
            s3b = Vector512.FusedMultiplyAdd(x3, wb, s3b);
            var x4 = Vector512.Create(a[4 * Stride]);
            s4a = Vector512.FusedMultiplyAdd(x4, wa, s4a);
            s4b = Vector512.FusedMultiplyAdd(x4, wb, s4b);
            var x5 = Vector512.Create(a[5 * Stride]);
            s5a = Vector512.FusedMultiplyAdd(x5, wa, s5a);
            s5b = Vector512.FusedMultiplyAdd(x5, wb, s5b);
            var x6 = Vector512.Create(a[6 * Stride]);
            s6a = Vector512.FusedMultiplyAdd(x6, wa, s6a);
            s6b = Vector512.FusedMultiplyAdd(x6, wb, s6b);
            var x7 = Vector512.Create(a[7 * Stride]);
            s7a = Vector512.FusedMultiplyAdd(x7, wa, s7a);
            s7b = Vector512.FusedMultiplyAdd(x7, wb, s7b);
            var x8 = Vector512.Create(a[8 * Stride]);
            s8a = Vector512.FusedMultiplyAdd(x8, wa, s8a);
            s8b = Vector512.FusedMultiplyAdd(x8, wb, s8b);
            var x9 = Vector512.Create(a[9 * Stride]);
            s9a = Vector512.FusedMultiplyAdd(x9, wa, s9a);
            s9b = Vector512.FusedMultiplyAdd(x9, wb, s9b);
            var x10 = Vector512.Create(a[10 * Stride]);
            s10a = Vector512.FusedMultiplyAdd(x10, wa, s10a);
            s10b = Vector512.FusedMultiplyAdd(x10, wb, s10b);
            var x11 = Vector512.Create(a[11 * Stride]);
            s11a = Vector512.FusedMultiplyAdd(x11, wa, s11a);
            s11b = Vector512.FusedMultiplyAdd(x11, wb, s11b);
            a++;
            w += 32;
        }

        s0a.Store(c + 0);
        s0b.Store(c + 16);
        s1a.Store(c + 32);
        s1b.Store(c + 48);
        s2a.Store(c + 64);
        s2b.Store(c + 80);
        s3a.Store(c + 96);
        s3b.Store(c + 112);
        s4a.Store(c + 128);
        s4b.Store(c + 144);
        s5a.Store(c + 160);
        s5b.Store(c + 176);
        s6a.Store(c + 192);
        s6b.Store(c + 208);
        s7a.Store(c + 224);
        s7b.Store(c + 240);
        s8a.Store(c + 256);
        s8b.Store(c + 272);
        s9a.Store(c + 288);
        s9b.Store(c + 304);
        s10a.Store(c + 320);
        s10b.Store(c + 336);
        s11a.Store(c + 352);
        s11b.Store(c + 368);
    }

    /// <summary>c[24][16] += a[24][k] * w[k][16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply24x16(float* a, float* w, int k, float* c)
    {
        var s0a = Vector512.Load(c + 0);
        var s1a = Vector512.Load(c + 16);
        var s2a = Vector512.Load(c + 32);
        var s3a = Vector512.Load(c + 48);
        var s4a = Vector512.Load(c + 64);
        var s5a = Vector512.Load(c + 80);
        var s6a = Vector512.Load(c + 96);
        var s7a = Vector512.Load(c + 112);
        var s8a = Vector512.Load(c + 128);
        var s9a = Vector512.Load(c + 144);
        var s10a = Vector512.Load(c + 160);
        var s11a = Vector512.Load(c + 176);
        var s12a = Vector512.Load(c + 192);
        var s13a = Vector512.Load(c + 208);
        var s14a = Vector512.Load(c + 224);
        var s15a = Vector512.Load(c + 240);
        var s16a = Vector512.Load(c + 256);
        var s17a = Vector512.Load(c + 272);
        var s18a = Vector512.Load(c + 288);
        var s19a = Vector512.Load(c + 304);
        var s20a = Vector512.Load(c + 320);
        var s21a = Vector512.Load(c + 336);
        var s22a = Vector512.Load(c + 352);
        var s23a = Vector512.Load(c + 368);
        for (int i = 0; i < k; i++)
        {
            var wa = Vector512.Load(w);
            s0a = Vector512.FusedMultiplyAdd(Vector512.Create(a[0]), wa, s0a);
            s1a = Vector512.FusedMultiplyAdd(Vector512.Create(a[1 * Stride]), wa, s1a);
            s2a = Vector512.FusedMultiplyAdd(Vector512.Create(a[2 * Stride]), wa, s2a);
            s3a = Vector512.FusedMultiplyAdd(Vector512.Create(a[3 * Stride]), wa, s3a);
            s4a = Vector512.FusedMultiplyAdd(Vector512.Create(a[4 * Stride]), wa, s4a);
            s5a = Vector512.FusedMultiplyAdd(Vector512.Create(a[5 * Stride]), wa, s5a);
            s6a = Vector512.FusedMultiplyAdd(Vector512.Create(a[6 * Stride]), wa, s6a);
            s7a = Vector512.FusedMultiplyAdd(Vector512.Create(a[7 * Stride]), wa, s7a);
            s8a = Vector512.FusedMultiplyAdd(Vector512.Create(a[8 * Stride]), wa, s8a);
            s9a = Vector512.FusedMultiplyAdd(Vector512.Create(a[9 * Stride]), wa, s9a);
            s10a = Vector512.FusedMultiplyAdd(Vector512.Create(a[10 * Stride]), wa, s10a);
            s11a = Vector512.FusedMultiplyAdd(Vector512.Create(a[11 * Stride]), wa, s11a);
            s12a = Vector512.FusedMultiplyAdd(Vector512.Create(a[12 * Stride]), wa, s12a);
            s13a = Vector512.FusedMultiplyAdd(Vector512.Create(a[13 * Stride]), wa, s13a);
            s14a = Vector512.FusedMultiplyAdd(Vector512.Create(a[14 * Stride]), wa, s14a);
            s15a = Vector512.FusedMultiplyAdd(Vector512.Create(a[15 * Stride]), wa, s15a);
            s16a = Vector512.FusedMultiplyAdd(Vector512.Create(a[16 * Stride]), wa, s16a);
            s17a = Vector512.FusedMultiplyAdd(Vector512.Create(a[17 * Stride]), wa, s17a);
            s18a = Vector512.FusedMultiplyAdd(Vector512.Create(a[18 * Stride]), wa, s18a);
            s19a = Vector512.FusedMultiplyAdd(Vector512.Create(a[19 * Stride]), wa, s19a);
            s20a = Vector512.FusedMultiplyAdd(Vector512.Create(a[20 * Stride]), wa, s20a);
            s21a = Vector512.FusedMultiplyAdd(Vector512.Create(a[21 * Stride]), wa, s21a);
            s22a = Vector512.FusedMultiplyAdd(Vector512.Create(a[22 * Stride]), wa, s22a);
            s23a = Vector512.FusedMultiplyAdd(Vector512.Create(a[23 * Stride]), wa, s23a);
            a++;
            w += 16;
        }

        s0a.Store(c + 0);
        s1a.Store(c + 16);
        s2a.Store(c + 32);
        s3a.Store(c + 48);
        s4a.Store(c + 64);
        s5a.Store(c + 80);
        s6a.Store(c + 96);
        s7a.Store(c + 112);
        s8a.Store(c + 128);
        s9a.Store(c + 144);
        s10a.Store(c + 160);
        s11a.Store(c + 176);
        s12a.Store(c + 192);
        s13a.Store(c + 208);
        s14a.Store(c + 224);
        s15a.Store(c + 240);
        s16a.Store(c + 256);
        s17a.Store(c + 272);
        s18a.Store(c + 288);
        s19a.Store(c + 304);
        s20a.Store(c + 320);
        s21a.Store(c + 336);
        s22a.Store(c + 352);
        s23a.Store(c + 368);
    }
}
