using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Columns and manner of merging dense and sparse answers.</summary>
public class EnsemblingOptions
{
    /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The column of logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The column of selected pixels.</summary>
    public string SelectionColumnName { get; init; } = "Selection";

    /// <summary>The column of the sparse network's logits.</summary>
    public string SparseLogitsColumnName { get; init; } = "SparseLogits";

    /// <summary>How to merge; not used where a gate is trained.</summary>
    public EnsembleMethod Method { get; init; } = EnsembleMethod.Entropy;

    /// <summary>How dense logits are read at full resolution.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Names and colours of the classes; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Threads; 0 means all processors. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
