namespace SparseRefine.MLNet;

/// <summary>Ways to merge dense and sparse answers that need no training.</summary>
public enum EnsembleMethod
{
    /// <summary>The answer of lower entropy wins.</summary>
    Entropy,

    /// <summary>The mean of both.</summary>
    Average,

    /// <summary>The sparse answer.</summary>
    Replace,
}
