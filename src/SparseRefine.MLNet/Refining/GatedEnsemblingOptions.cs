using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns and training of a gate, window by window as <see cref="SparseExtractionOptions"/> says; the network's options are not used.</summary>
public sealed class GatedEnsemblingOptions : TrainedEstimatorOptions<RefinerTrainerOptions>
{
    /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The column of logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The column of selected pixels.</summary>
    public string SelectionColumnName { get; init; } = "Selection";

    /// <summary>The column of the sparse network's logits.</summary>
    public string SparseLogitsColumnName { get; init; } = "SparseLogits";

    /// <summary>Names and colours of the classes; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>A fitted gated ensembling to start from, of the same form and classes; not changed. Null starts anew.</summary>
    public EnsemblingTransformer? WarmStart { get; init; }

    internal EnsemblingOptions Ensembling => new()
    {
        OutputColumnName = OutputColumnName,
        LogitsColumnName = LogitsColumnName,
        SelectionColumnName = SelectionColumnName,
        SparseLogitsColumnName = SparseLogitsColumnName,
        Interpolation = Training.Interpolation,
        ClassList = ClassList,
        Threads = Training.Threads,
    };
}
