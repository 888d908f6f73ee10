using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>
/// Register tiles of the weight gradient: eight or four channels of the input by one or two vectors of the output's gradient, rows read in
/// place. Unrolled by hand and marked AggressiveOptimization for the reasons that <see cref="MicroProduct"/> gives.
/// </summary>
internal static unsafe class MicroOuter
{
    /// <summary>sums[8][2 vectors] += sum over the pairs of x[8]^T * y[2 vectors].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer8x2<TVector, TLanes>(in PairSource source, int channel, int column, float* sums)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        nint strideSums = source.StrideSums;
        TVector s0a = TLanes.Load(sums);
        TVector s0b = TLanes.Load(sums + TLanes.Count);
        TVector s1a = TLanes.Load(sums + strideSums);
        TVector s1b = TLanes.Load(sums + strideSums + TLanes.Count);
        TVector s2a = TLanes.Load(sums + (2 * strideSums));
        TVector s2b = TLanes.Load(sums + (2 * strideSums) + TLanes.Count);
        TVector s3a = TLanes.Load(sums + (3 * strideSums));
        TVector s3b = TLanes.Load(sums + (3 * strideSums) + TLanes.Count);
        TVector s4a = TLanes.Load(sums + (4 * strideSums));
        TVector s4b = TLanes.Load(sums + (4 * strideSums) + TLanes.Count);
        TVector s5a = TLanes.Load(sums + (5 * strideSums));
        TVector s5b = TLanes.Load(sums + (5 * strideSums) + TLanes.Count);
        TVector s6a = TLanes.Load(sums + (6 * strideSums));
        TVector s6b = TLanes.Load(sums + (6 * strideSums) + TLanes.Count);
        TVector s7a = TLanes.Load(sums + (7 * strideSums));
        TVector s7b = TLanes.Load(sums + (7 * strideSums) + TLanes.Count);
        float* x = source.X + channel;
        float* y = source.Y + column;
        nint strideX = source.StrideX;
        nint strideY = source.StrideY;
        int* inputs = source.Inputs;
        int* outputs = source.Outputs;
        for (nint i = source.Count; i > 0; i--)
        {
            float* row = y + (*outputs++ * strideY);
            TVector ya = TLanes.Load(row);
            TVector yb = TLanes.Load(row + TLanes.Count);
            float* factors = x + (*inputs++ * strideX);
            TVector x0 = TLanes.Create(factors[0]);
            s0a = TLanes.MultiplyAdd(x0, ya, s0a);
            s0b = TLanes.MultiplyAdd(x0, yb, s0b);
            TVector x1 = TLanes.Create(factors[1]);
            s1a = TLanes.MultiplyAdd(x1, ya, s1a);
            s1b = TLanes.MultiplyAdd(x1, yb, s1b);
            TVector x2 = TLanes.Create(factors[2]);
            s2a = TLanes.MultiplyAdd(x2, ya, s2a);
            s2b = TLanes.MultiplyAdd(x2, yb, s2b);
            TVector x3 = TLanes.Create(factors[3]);
            s3a = TLanes.MultiplyAdd(x3, ya, s3a);
            s3b = TLanes.MultiplyAdd(x3, yb, s3b);
            TVector x4 = TLanes.Create(factors[4]);
            s4a = TLanes.MultiplyAdd(x4, ya, s4a);
            s4b = TLanes.MultiplyAdd(x4, yb, s4b);
            TVector x5 = TLanes.Create(factors[5]);
            s5a = TLanes.MultiplyAdd(x5, ya, s5a);
            s5b = TLanes.MultiplyAdd(x5, yb, s5b);
            TVector x6 = TLanes.Create(factors[6]);
            s6a = TLanes.MultiplyAdd(x6, ya, s6a);
            s6b = TLanes.MultiplyAdd(x6, yb, s6b);
            TVector x7 = TLanes.Create(factors[7]);
            s7a = TLanes.MultiplyAdd(x7, ya, s7a);
            s7b = TLanes.MultiplyAdd(x7, yb, s7b);
        }

        TLanes.Store(s0a, sums);
        TLanes.Store(s0b, sums + TLanes.Count);
        TLanes.Store(s1a, sums + strideSums);
        TLanes.Store(s1b, sums + strideSums + TLanes.Count);
        TLanes.Store(s2a, sums + (2 * strideSums));
        TLanes.Store(s2b, sums + (2 * strideSums) + TLanes.Count);
        TLanes.Store(s3a, sums + (3 * strideSums));
        TLanes.Store(s3b, sums + (3 * strideSums) + TLanes.Count);
        TLanes.Store(s4a, sums + (4 * strideSums));
        TLanes.Store(s4b, sums + (4 * strideSums) + TLanes.Count);
        TLanes.Store(s5a, sums + (5 * strideSums));
        TLanes.Store(s5b, sums + (5 * strideSums) + TLanes.Count);
        TLanes.Store(s6a, sums + (6 * strideSums));
        TLanes.Store(s6b, sums + (6 * strideSums) + TLanes.Count);
        TLanes.Store(s7a, sums + (7 * strideSums));
        TLanes.Store(s7b, sums + (7 * strideSums) + TLanes.Count);
    }

    /// <summary>sums[4][2 vectors] += sum over the pairs of x[4]^T * y[2 vectors].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer4x2<TVector, TLanes>(in PairSource source, int channel, int column, float* sums)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        nint strideSums = source.StrideSums;
        TVector s0a = TLanes.Load(sums);
        TVector s0b = TLanes.Load(sums + TLanes.Count);
        TVector s1a = TLanes.Load(sums + strideSums);
        TVector s1b = TLanes.Load(sums + strideSums + TLanes.Count);
        TVector s2a = TLanes.Load(sums + (2 * strideSums));
        TVector s2b = TLanes.Load(sums + (2 * strideSums) + TLanes.Count);
        TVector s3a = TLanes.Load(sums + (3 * strideSums));
        TVector s3b = TLanes.Load(sums + (3 * strideSums) + TLanes.Count);
        float* x = source.X + channel;
        float* y = source.Y + column;
        nint strideX = source.StrideX;
        nint strideY = source.StrideY;
        int* inputs = source.Inputs;
        int* outputs = source.Outputs;
        for (nint i = source.Count; i > 0; i--)
        {
            float* row = y + (*outputs++ * strideY);
            TVector ya = TLanes.Load(row);
            TVector yb = TLanes.Load(row + TLanes.Count);
            float* factors = x + (*inputs++ * strideX);
            TVector x0 = TLanes.Create(factors[0]);
            s0a = TLanes.MultiplyAdd(x0, ya, s0a);
            s0b = TLanes.MultiplyAdd(x0, yb, s0b);
            TVector x1 = TLanes.Create(factors[1]);
            s1a = TLanes.MultiplyAdd(x1, ya, s1a);
            s1b = TLanes.MultiplyAdd(x1, yb, s1b);
            TVector x2 = TLanes.Create(factors[2]);
            s2a = TLanes.MultiplyAdd(x2, ya, s2a);
            s2b = TLanes.MultiplyAdd(x2, yb, s2b);
            TVector x3 = TLanes.Create(factors[3]);
            s3a = TLanes.MultiplyAdd(x3, ya, s3a);
            s3b = TLanes.MultiplyAdd(x3, yb, s3b);
        }

        TLanes.Store(s0a, sums);
        TLanes.Store(s0b, sums + TLanes.Count);
        TLanes.Store(s1a, sums + strideSums);
        TLanes.Store(s1b, sums + strideSums + TLanes.Count);
        TLanes.Store(s2a, sums + (2 * strideSums));
        TLanes.Store(s2b, sums + (2 * strideSums) + TLanes.Count);
        TLanes.Store(s3a, sums + (3 * strideSums));
        TLanes.Store(s3b, sums + (3 * strideSums) + TLanes.Count);
    }

    /// <summary>sums[8][1 vector] += sum over the pairs of x[8]^T * y[1 vector].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outer8x1<TVector, TLanes>(in PairSource source, int channel, int column, float* sums)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        nint strideSums = source.StrideSums;
        TVector s0a = TLanes.Load(sums);
        TVector s1a = TLanes.Load(sums + strideSums);
        TVector s2a = TLanes.Load(sums + (2 * strideSums));
        TVector s3a = TLanes.Load(sums + (3 * strideSums));
        TVector s4a = TLanes.Load(sums + (4 * strideSums));
        TVector s5a = TLanes.Load(sums + (5 * strideSums));
        TVector s6a = TLanes.Load(sums + (6 * strideSums));
        TVector s7a = TLanes.Load(sums + (7 * strideSums));
        float* x = source.X + channel;
        float* y = source.Y + column;
        nint strideX = source.StrideX;
        nint strideY = source.StrideY;
        int* inputs = source.Inputs;
        int* outputs = source.Outputs;
        for (nint i = source.Count; i > 0; i--)
        {
            float* row = y + (*outputs++ * strideY);
            TVector ya = TLanes.Load(row);
            float* factors = x + (*inputs++ * strideX);
            s0a = TLanes.MultiplyAdd(TLanes.Create(factors[0]), ya, s0a);
            s1a = TLanes.MultiplyAdd(TLanes.Create(factors[1]), ya, s1a);
            s2a = TLanes.MultiplyAdd(TLanes.Create(factors[2]), ya, s2a);
            s3a = TLanes.MultiplyAdd(TLanes.Create(factors[3]), ya, s3a);
            s4a = TLanes.MultiplyAdd(TLanes.Create(factors[4]), ya, s4a);
            s5a = TLanes.MultiplyAdd(TLanes.Create(factors[5]), ya, s5a);
            s6a = TLanes.MultiplyAdd(TLanes.Create(factors[6]), ya, s6a);
            s7a = TLanes.MultiplyAdd(TLanes.Create(factors[7]), ya, s7a);
        }

        TLanes.Store(s0a, sums);
        TLanes.Store(s1a, sums + strideSums);
        TLanes.Store(s2a, sums + (2 * strideSums));
        TLanes.Store(s3a, sums + (3 * strideSums));
        TLanes.Store(s4a, sums + (4 * strideSums));
        TLanes.Store(s5a, sums + (5 * strideSums));
        TLanes.Store(s6a, sums + (6 * strideSums));
        TLanes.Store(s7a, sums + (7 * strideSums));
    }
}
