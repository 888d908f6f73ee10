using System.Numerics;
using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>
/// Register tiles of a convolution: six output rows by one or two vectors of output channels; twelve sums, two weights and one input value fit the
/// 16 vector registers of AVX2. The kernel map says which input row each output row reads through each tap; input rows are read in place.
/// Unrolled by hand: each sum is a local, so that the JIT keeps it in a register; arrays or inner loops would go through memory. TMatrices says
/// whether input rows are of one matrix or two (see <see cref="TileSource"/>), so that the JIT compiles either form without a test in its loops, which
/// took a fifth of the time. AggressiveOptimization skips the JIT's first tier, since many a process scores one photo and ends.
/// </summary>
internal static unsafe class MicroProduct
{
    /// <summary>row sites[r], from a column on: two vectors of the sum over the taps of <paramref name="mask"/> and over channels k of x[row of tap][k] * w[tap][k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6x2<TVector, TLanes, TMatrices>(in TileSource source, int* entries, int mask, float* weights, in TileStore store, int* sites, int column)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        where TMatrices : struct, IMatrices
    {
        TVector s0a = default;
        TVector s0b = default;
        TVector s1a = default;
        TVector s1b = default;
        TVector s2a = default;
        TVector s2b = default;
        TVector s3a = default;
        TVector s3b = default;
        TVector s4a = default;
        TVector s4b = default;
        TVector s5a = default;
        TVector s5b = default;
        nint tapWeights = (nint)source.Channels * 2 * TLanes.Count;
        int taps = source.Taps;
        for (; mask != 0; mask &= mask - 1)
        {
            int tap = BitOperations.TrailingZeroCount(mask);
            float* w = weights + (tap * tapWeights);
            float* x0 = source.FirstRow(entries[tap]);
            float* x1 = source.FirstRow(entries[taps + tap]);
            float* x2 = source.FirstRow(entries[(2 * taps) + tap]);
            float* x3 = source.FirstRow(entries[(3 * taps) + tap]);
            float* x4 = source.FirstRow(entries[(4 * taps) + tap]);
            float* x5 = source.FirstRow(entries[(5 * taps) + tap]);
            nint channels = source.FirstChannels;
            // Channels of the first matrix and then, where there are two, of the second; w goes on through the weights of both.
            for (bool isSecond = false; ; isSecond = true)
            {
                for (nint k = 0; k < channels; k++)
                {
                    TVector wa = TLanes.Load(w);
                    TVector wb = TLanes.Load(w + TLanes.Count);
                    TVector v0 = TLanes.Create(x0[k]);
                    s0a = TLanes.MultiplyAdd(v0, wa, s0a);
                    s0b = TLanes.MultiplyAdd(v0, wb, s0b);
                    TVector v1 = TLanes.Create(x1[k]);
                    s1a = TLanes.MultiplyAdd(v1, wa, s1a);
                    s1b = TLanes.MultiplyAdd(v1, wb, s1b);
                    TVector v2 = TLanes.Create(x2[k]);
                    s2a = TLanes.MultiplyAdd(v2, wa, s2a);
                    s2b = TLanes.MultiplyAdd(v2, wb, s2b);
                    TVector v3 = TLanes.Create(x3[k]);
                    s3a = TLanes.MultiplyAdd(v3, wa, s3a);
                    s3b = TLanes.MultiplyAdd(v3, wb, s3b);
                    TVector v4 = TLanes.Create(x4[k]);
                    s4a = TLanes.MultiplyAdd(v4, wa, s4a);
                    s4b = TLanes.MultiplyAdd(v4, wb, s4b);
                    TVector v5 = TLanes.Create(x5[k]);
                    s5a = TLanes.MultiplyAdd(v5, wa, s5a);
                    s5b = TLanes.MultiplyAdd(v5, wb, s5b);
                    w += 2 * TLanes.Count;
                }

                if (isSecond || !TMatrices.AreTwo)
                {
                    break;
                }

                x0 = source.SecondRow(entries[tap]);
                x1 = source.SecondRow(entries[taps + tap]);
                x2 = source.SecondRow(entries[(2 * taps) + tap]);
                x3 = source.SecondRow(entries[(3 * taps) + tap]);
                x4 = source.SecondRow(entries[(4 * taps) + tap]);
                x5 = source.SecondRow(entries[(5 * taps) + tap]);
                channels = source.SecondChannels;
            }
        }

        store.Row<TVector, TLanes>(sites[0], column, s0a, s0b);
        store.Row<TVector, TLanes>(sites[1], column, s1a, s1b);
        store.Row<TVector, TLanes>(sites[2], column, s2a, s2b);
        store.Row<TVector, TLanes>(sites[3], column, s3a, s3b);
        store.Row<TVector, TLanes>(sites[4], column, s4a, s4b);
        store.Row<TVector, TLanes>(sites[5], column, s5a, s5b);
    }

    /// <summary>row sites[r], from a column on: one vector of the sum over the taps of <paramref name="mask"/> and over channels k of x[row of tap][k] * w[tap][k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6x1<TVector, TLanes, TMatrices>(in TileSource source, int* entries, int mask, float* weights, in TileStore store, int* sites, int column)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        where TMatrices : struct, IMatrices
    {
        TVector s0a = default;
        TVector s1a = default;
        TVector s2a = default;
        TVector s3a = default;
        TVector s4a = default;
        TVector s5a = default;
        nint tapWeights = (nint)source.Channels * TLanes.Count;
        int taps = source.Taps;
        for (; mask != 0; mask &= mask - 1)
        {
            int tap = BitOperations.TrailingZeroCount(mask);
            float* w = weights + (tap * tapWeights);
            float* x0 = source.FirstRow(entries[tap]);
            float* x1 = source.FirstRow(entries[taps + tap]);
            float* x2 = source.FirstRow(entries[(2 * taps) + tap]);
            float* x3 = source.FirstRow(entries[(3 * taps) + tap]);
            float* x4 = source.FirstRow(entries[(4 * taps) + tap]);
            float* x5 = source.FirstRow(entries[(5 * taps) + tap]);
            nint channels = source.FirstChannels;
            // Channels of the first matrix and then, where there are two, of the second; w goes on through the weights of both.
            for (bool isSecond = false; ; isSecond = true)
            {
                for (nint k = 0; k < channels; k++)
                {
                    TVector wa = TLanes.Load(w);
                    s0a = TLanes.MultiplyAdd(TLanes.Create(x0[k]), wa, s0a);
                    s1a = TLanes.MultiplyAdd(TLanes.Create(x1[k]), wa, s1a);
                    s2a = TLanes.MultiplyAdd(TLanes.Create(x2[k]), wa, s2a);
                    s3a = TLanes.MultiplyAdd(TLanes.Create(x3[k]), wa, s3a);
                    s4a = TLanes.MultiplyAdd(TLanes.Create(x4[k]), wa, s4a);
                    s5a = TLanes.MultiplyAdd(TLanes.Create(x5[k]), wa, s5a);
                    w += TLanes.Count;
                }

                if (isSecond || !TMatrices.AreTwo)
                {
                    break;
                }

                x0 = source.SecondRow(entries[tap]);
                x1 = source.SecondRow(entries[taps + tap]);
                x2 = source.SecondRow(entries[(2 * taps) + tap]);
                x3 = source.SecondRow(entries[(3 * taps) + tap]);
                x4 = source.SecondRow(entries[(4 * taps) + tap]);
                x5 = source.SecondRow(entries[(5 * taps) + tap]);
                channels = source.SecondChannels;
            }
        }

        store.Row<TVector, TLanes>(sites[0], column, s0a);
        store.Row<TVector, TLanes>(sites[1], column, s1a);
        store.Row<TVector, TLanes>(sites[2], column, s2a);
        store.Row<TVector, TLanes>(sites[3], column, s3a);
        store.Row<TVector, TLanes>(sites[4], column, s4a);
        store.Row<TVector, TLanes>(sites[5], column, s5a);
    }
}
