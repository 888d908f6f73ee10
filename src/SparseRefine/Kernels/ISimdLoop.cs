namespace SparseRefine.Kernels;

/// <summary>A loop over floats for any vector width; <see cref="Simd.Run"/> calls it with the one to use. Its fields are its arguments.</summary>
internal interface ISimdLoop
{
    void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector>;
}
