using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>sums[inputs][outputs] += sum over row pairs of x[inputs]^T * y[outputs], both padded to multiples of eight; cut into register tiles.</summary>
internal unsafe struct OuterProduct : ISimdLoop
{
    public PairSource Source;

    /// <summary>Channels of x to sum, a multiple of eight.</summary>
    public int Inputs;

    /// <summary>[inputs][outputs], <see cref="PairSource.StrideSums"/> floats a row: the number of outputs.</summary>
    public float* Sums;

    public readonly void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector> => Add<TVector, TLanes>(Source, Inputs, Sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TVector, TLanes>(in PairSource source, int inputs, float* sums)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        nint stride = source.StrideSums;
        int column = 0;
        for (; column + (2 * TLanes.Count) <= stride; column += 2 * TLanes.Count)
        {
            for (int channel = 0; channel < inputs; channel += 8)
            {
                float* target = sums + (channel * stride) + column;
                if (TLanes.Count == Vector512<float>.Count)
                {
                    MicroOuter.Outer8x2<TVector, TLanes>(source, channel, column, target);
                }
                else
                {
                    // Processors without 512-bit vectors have 16 vector registers, enough for the sums of four channels.
                    MicroOuter.Outer4x2<TVector, TLanes>(source, channel, column, target);
                    MicroOuter.Outer4x2<TVector, TLanes>(source, channel + 4, column, target + (4 * stride));
                }
            }
        }

        for (; column + TLanes.Count <= stride; column += TLanes.Count)
        {
            for (int channel = 0; channel < inputs; channel += 8)
            {
                MicroOuter.Outer8x1<TVector, TLanes>(source, channel, column, sums + (channel * stride) + column);
            }
        }

        // Rows are padded to multiples of eight floats, so what is left behind whole vectors of 16 is one vector of eight.
        for (int channel = 0; column < stride && channel < inputs; channel += 8)
        {
            MicroOuter.Outer8x1<Vector256<float>, Lanes256>(source, channel, column, sums + (channel * stride) + column);
        }
    }
}
