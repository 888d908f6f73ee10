using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>
/// Where a tile reads its input rows: one matrix, or two of which row i of the second is read as if it stood right of row i of the first (a skip
/// connection, joined without a copy). Holds addresses only; its maker keeps the arrays pinned.
/// </summary>
internal readonly unsafe struct TileSource
{
    private readonly byte* _first;
    private readonly byte* _second;
    private readonly byte* _zeros;
    private readonly long _firstBytes;
    private readonly long _secondBytes;

    /// <param name="first">The matrix, or the left one: row 0.</param>
    /// <param name="firstChannels">Floats a row.</param>
    /// <param name="second">The right one.</param>
    /// <param name="secondChannels">Floats a row; 0 where there is none.</param>
    /// <param name="zeros">What a missing row reads, as many as the wider matrix has channels.</param>
    /// <param name="taps">Entries a row of the map.</param>
    public TileSource(float* first, int firstChannels, float* second, int secondChannels, float* zeros, int taps)
    {
        _first = (byte*)first;
        _second = (byte*)second;
        _zeros = (byte*)zeros;
        _firstBytes = firstChannels * (long)sizeof(float);
        _secondBytes = secondChannels * (long)sizeof(float);
        FirstChannels = firstChannels;
        SecondChannels = secondChannels;
        Taps = taps;
    }

    public int FirstChannels { get; }

    /// <summary>0 where there is no second matrix.</summary>
    public int SecondChannels { get; }

    public int Channels => FirstChannels + SecondChannels;

    public int Taps { get; }

    /// <summary>A row of the first matrix, or zeros for -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* FirstRow(int entry) => Row(_first, _firstBytes, entry);

    /// <summary>A row of the second matrix, or zeros for -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* SecondRow(int entry) => Row(_second, _secondBytes, entry);

    // An entry of -1 is a missing neighbour. The address is chosen by masks instead of a branch, which the processor would often mispredict.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Row(byte* rows, long bytes, int entry)
    {
        long missing = entry >> 31;
        return (float*)(rows + (((entry * bytes) & ~missing) | ((_zeros - rows) & missing)));
    }
}

/// <summary>Whether a <see cref="TileSource"/> has one matrix or two, as a type, so that the JIT compiles a kernel for each.</summary>
internal interface IMatrices
{
    static abstract bool AreTwo { get; }
}

/// <summary>One matrix.</summary>
internal readonly struct OneMatrix : IMatrices
{
    public static bool AreTwo => false;
}

/// <summary>Two matrices.</summary>
internal readonly struct TwoMatrices : IMatrices
{
    public static bool AreTwo => true;
}
