using SparseRefine.Ensemblers;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns and training of a gate.</summary>
public sealed class GatedEnsemblingOptions : EnsemblingOptions
{
    /// <summary>The column of true labels; needed to fit only.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Form of the gate.</summary>
    public GateForm Gate { get; init; } = GateForm.Softmax;

    /// <summary>Epochs, rate and windows, as <see cref="SparseExtractionOptions.Training"/> says; the network's part is not used.</summary>
    public RefinerTrainerOptions Training { get; init; } = new();

    /// <summary>Ends training: OperationCanceledException.</summary>
    public CancellationToken CancellationToken { get; init; }
}
