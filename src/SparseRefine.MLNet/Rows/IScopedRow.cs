namespace SparseRefine.MLNet;

/// <summary>A row or cursor of ours.</summary>
internal interface IScopedRow
{
    RowScope Scope { get; }
}
