namespace SparseRefine.Ensemblers;

/// <summary>What becomes of the dense and the refined answer of a selected pixel.</summary>
public enum EnsemblerKind
{
    /// <summary>The dense answer stays: no refinement.</summary>
    Dense,

    /// <summary>The refined answer replaces the dense one.</summary>
    Replace,

    /// <summary>The mean of both probabilities.</summary>
    Average,

    /// <summary>A learned gate weighs both.</summary>
    Gate,
}
