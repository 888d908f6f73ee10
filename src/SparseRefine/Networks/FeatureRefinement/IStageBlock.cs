using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>A block of a backbone stage: keeps channels and size.</summary>
internal interface IStageBlock
{
    IReadOnlyList<Parameter> Parameters { get; }

    Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers);
}
