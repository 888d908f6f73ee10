using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>The logits of the lower entropy, the dense ones where they are equal.</summary>
internal readonly unsafe struct LowerEntropyLoop(EnsembleTile tile) : ISimdLoop
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        const int Rows = EnsembleTile.Rows;
        for (int v = 0; v < Rows; v += TLanes.Count)
        {
            TVector e1 = ClassRows.Softmax<TVector, TLanes>(tile.Dense + v, tile.Scratch + v, tile.Classes, Rows);
            TVector e2 = ClassRows.Softmax<TVector, TLanes>(tile.Sparse + v, tile.Scratch + v, tile.Classes, Rows);
            for (int i = v; i < tile.Classes * Rows; i += Rows)
            {
                TLanes.Store(TLanes.WhereGreater(e1, e2, TLanes.Load(tile.Sparse + i), TLanes.Load(tile.Dense + i)), tile.Merged + i);
            }
        }
    }
}

/// <summary>ln(max((p1 + p2) / 2, 1e-10)).</summary>
internal readonly unsafe struct MeanProbabilityLoop(EnsembleTile tile) : ISimdLoop
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        const int Rows = EnsembleTile.Rows;
        for (int v = 0; v < Rows; v += TLanes.Count)
        {
            ClassRows.Softmax<TVector, TLanes>(tile.Dense + v, tile.Scratch + v, tile.Classes, Rows);
            ClassRows.Softmax<TVector, TLanes>(tile.Sparse + v, tile.Merged + v, tile.Classes, Rows);
            for (int i = v; i < tile.Classes * Rows; i += Rows)
            {
                TVector mean = TLanes.Multiply(TLanes.Add(TLanes.Load(tile.Scratch + i), TLanes.Load(tile.Merged + i)), TLanes.Create(0.5f));
                TLanes.Store(TLanes.Log(TLanes.Max(mean, TLanes.Create(1e-10f))), tile.Merged + i);
            }
        }
    }
}
