using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Benchmarks.Harness;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>
/// What the processor's fused multiply-add units can do at most: sixteen independent sums in registers, no memory. The other
/// cases of a group are given as a share of this one, measured in turn with them.
/// </summary>
internal static class PeakFma
{
    private const int Sums = 16;
    private const int Iterations = 1 << 20;

    /// <summary>The case.</summary>
    /// <param name="threads">Threads that all run it.</param>
    public static Case Create(int threads)
    {
        int lanes = Math.Max(Cpu.VectorBits, 128) / 32;
        float[] results = new float[threads];
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads };
        Func<int, float> run = lanes switch { 16 => Run512, 8 => Run256, _ => Run128 };
        return new Case(
            "peak FMA",
            threads,
            2.0 * Sums * lanes * Iterations * threads,
            Unit.Flop,

            // Each of the sums runs s = s / 2 + 1/2 from 0, so it is 1 - 2^-n after n steps.
            () => Check.Near([(double)Sums * lanes], [run(100)], "peak FMA"),
            () =>
            {
                if (threads == 1)
                {
                    results[0] = run(Iterations);
                }
                else
                {
                    Parallel.For(0, threads, options, t => results[t] = run(Iterations));
                }
            })
        { IsPeak = true };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run512(int iterations)
    {
        Vector512<float> half = Vector512.Create(0.5f);
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        Vector512<float> i = default, j = default, k = default, l = default, m = default, n = default, o = default, p = default;
        for (int x = 0; x < iterations; x++)
        {
            a = Vector512.FusedMultiplyAdd(a, half, half);
            b = Vector512.FusedMultiplyAdd(b, half, half);
            c = Vector512.FusedMultiplyAdd(c, half, half);
            d = Vector512.FusedMultiplyAdd(d, half, half);
            e = Vector512.FusedMultiplyAdd(e, half, half);
            f = Vector512.FusedMultiplyAdd(f, half, half);
            g = Vector512.FusedMultiplyAdd(g, half, half);
            h = Vector512.FusedMultiplyAdd(h, half, half);
            i = Vector512.FusedMultiplyAdd(i, half, half);
            j = Vector512.FusedMultiplyAdd(j, half, half);
            k = Vector512.FusedMultiplyAdd(k, half, half);
            l = Vector512.FusedMultiplyAdd(l, half, half);
            m = Vector512.FusedMultiplyAdd(m, half, half);
            n = Vector512.FusedMultiplyAdd(n, half, half);
            o = Vector512.FusedMultiplyAdd(o, half, half);
            p = Vector512.FusedMultiplyAdd(p, half, half);
        }

        return Vector512.Sum(a + b + c + d + (e + f + g + h) + (i + j + k + l) + (m + n + o + p));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run256(int iterations)
    {
        // Fifteen sums and the factor fill AVX2's sixteen registers; twelve hide the latency and leave room.
        Vector256<float> half = Vector256.Create(0.5f);
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        Vector256<float> i = default, j = default, k = default, l = default;
        for (int x = 0; x < iterations / 3 * 4; x++)
        {
            a = Vector256.FusedMultiplyAdd(a, half, half);
            b = Vector256.FusedMultiplyAdd(b, half, half);
            c = Vector256.FusedMultiplyAdd(c, half, half);
            d = Vector256.FusedMultiplyAdd(d, half, half);
            e = Vector256.FusedMultiplyAdd(e, half, half);
            f = Vector256.FusedMultiplyAdd(f, half, half);
            g = Vector256.FusedMultiplyAdd(g, half, half);
            h = Vector256.FusedMultiplyAdd(h, half, half);
            i = Vector256.FusedMultiplyAdd(i, half, half);
            j = Vector256.FusedMultiplyAdd(j, half, half);
            k = Vector256.FusedMultiplyAdd(k, half, half);
            l = Vector256.FusedMultiplyAdd(l, half, half);
        }

        return Vector256.Sum(a + b + c + d + (e + f + g + h) + (i + j + k + l)) * Sums / 12;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run128(int iterations)
    {
        Vector128<float> half = Vector128.Create(0.5f);
        Vector128<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        Vector128<float> i = default, j = default, k = default, l = default;
        for (int x = 0; x < iterations / 3 * 4; x++)
        {
            a = Vector128.FusedMultiplyAdd(a, half, half);
            b = Vector128.FusedMultiplyAdd(b, half, half);
            c = Vector128.FusedMultiplyAdd(c, half, half);
            d = Vector128.FusedMultiplyAdd(d, half, half);
            e = Vector128.FusedMultiplyAdd(e, half, half);
            f = Vector128.FusedMultiplyAdd(f, half, half);
            g = Vector128.FusedMultiplyAdd(g, half, half);
            h = Vector128.FusedMultiplyAdd(h, half, half);
            i = Vector128.FusedMultiplyAdd(i, half, half);
            j = Vector128.FusedMultiplyAdd(j, half, half);
            k = Vector128.FusedMultiplyAdd(k, half, half);
            l = Vector128.FusedMultiplyAdd(l, half, half);
        }

        return Vector128.Sum(a + b + c + d + (e + f + g + h) + (i + j + k + l)) * Sums / 12;
    }
}
