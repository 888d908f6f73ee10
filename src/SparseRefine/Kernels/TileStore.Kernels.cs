using System.Runtime.CompilerServices;

namespace SparseRefine.Kernels;

/// <summary>What becomes of a tile's sums; see <see cref="GatherProduct"/> for the meaning of each. Null pointers leave a step out.</summary>
internal readonly unsafe struct TileStore
{
    public float* Output { get; init; }

    /// <summary>Floats a row of each matrix.</summary>
    public int Stride { get; init; }

    public float* Bias { get; init; }

    public float* Residual { get; init; }

    public bool Relu { get; init; }

    public float* Activated { get; init; }

    public float* Scale { get; init; }

    public float* Shift { get; init; }

    /// <summary>Stores two vectors of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Row<TVector, TLanes>(int site, int column, TVector a, TVector b)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        Row<TVector, TLanes>(site, column, a);
        Row<TVector, TLanes>(site, column + TLanes.Count, b);
    }

    /// <summary>Stores one vector of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Row<TVector, TLanes>(int site, int column, TVector value)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        long at = ((long)site * Stride) + column;
        if (Bias != null)
        {
            value = TLanes.Add(value, TLanes.Load(Bias + column));
        }

        if (Residual != null)
        {
            value = TLanes.Add(value, TLanes.Load(Residual + at));
        }

        if (Relu)
        {
            value = TLanes.Max(value, TLanes.Create(0));
        }

        if (Output != null)
        {
            TLanes.Store(value, Output + at);
        }

        if (Activated != null)
        {
            value = TLanes.MultiplyAdd(value, TLanes.Load(Scale + column), TLanes.Load(Shift + column));
            TLanes.Store(TLanes.Max(value, TLanes.Create(0)), Activated + at);
        }
    }

    /// <summary>Stores sums [rows, width] of columns [first, end).</summary>
    public void Rows(float* sums, int* sites, int rows, int width, int first, int end)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int column = first; column < end; column++)
            {
                Row<float, Lanes1>(sites[r], column, sums[(r * width) + column - first]);
            }
        }
    }
}
