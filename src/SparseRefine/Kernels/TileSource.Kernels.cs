using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>Where a tile reads its rows.</summary>
internal readonly unsafe struct TileSource
{
    private readonly byte* _rows;
    private readonly long _strideBytes;
    private readonly long _zeros;

    /// <param name="rows">Row 0.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="zeros">What a missing row reads: <paramref name="channels"/> zeros.</param>
    /// <param name="channels">Floats that are read of a row.</param>
    /// <param name="taps">Entries a row of the map.</param>
    public TileSource(float* rows, int stride, float* zeros, int channels, int taps)
    {
        _rows = (byte*)rows;
        _strideBytes = stride * (long)sizeof(float);
        _zeros = (byte*)zeros - (byte*)rows;
        Channels = channels;
        Taps = taps;
    }

    public int Channels { get; }

    public int Taps { get; }

    /// <summary>A row, or the zeros for -1; without a branch, which the processor could not foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int entry)
    {
        long missing = entry >> 31;
        return (float*)(_rows + (((entry * _strideBytes) & ~missing) | (_zeros & missing)));
    }
}
