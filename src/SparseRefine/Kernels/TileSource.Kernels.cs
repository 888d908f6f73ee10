using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>Where a tile reads its rows: one matrix, or two whose rows are read as if they stood side by side.</summary>
internal readonly unsafe struct TileSource
{
    private readonly RowSource _first;
    private readonly RowSource _second;

    /// <param name="first">The matrix, or the left one.</param>
    /// <param name="second">The right one; without channels where there is none.</param>
    /// <param name="taps">Entries a row of the map.</param>
    public TileSource(in RowSource first, in RowSource second, int taps)
    {
        _first = first;
        _second = second;
        Taps = taps;
        Parts = second.Channels == 0 ? 1 : 2;
        Channels = first.Channels + second.Channels;
    }

    /// <summary>Channels of all parts.</summary>
    public int Channels { get; }

    public int Taps { get; }

    /// <summary>Matrices, 1 or 2.</summary>
    public int Parts { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowSource Part(int part) => part == 0 ? _first : _second;
}

/// <summary>Rows of one matrix.</summary>
internal readonly unsafe struct RowSource
{
    private readonly byte* _rows;
    private readonly long _strideBytes;
    private readonly long _zeros;

    /// <param name="rows">Row 0.</param>
    /// <param name="channels">Floats a row.</param>
    /// <param name="zeros">What a missing row reads: as many zeros.</param>
    public RowSource(float* rows, int channels, float* zeros)
    {
        _rows = (byte*)rows;
        _strideBytes = channels * (long)sizeof(float);
        _zeros = (byte*)zeros - (byte*)rows;
        Channels = channels;
    }

    public int Channels { get; }

    /// <summary>A row, or the zeros for -1; without a branch, which the processor could not foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int entry)
    {
        long missing = entry >> 31;
        return (float*)(_rows + (((entry * _strideBytes) & ~missing) | (_zeros & missing)));
    }
}
