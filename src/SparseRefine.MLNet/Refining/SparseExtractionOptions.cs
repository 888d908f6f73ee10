using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns and training of a sparse extraction.</summary>
public sealed class SparseExtractionOptions
{
    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column of the dense model's logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The column of selected pixels.</summary>
    public string SelectionColumnName { get; init; } = "Selection";

    /// <summary>The column of true labels; needed to fit only.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column to add, of <see cref="SparseLogits"/>.</summary>
    public string OutputColumnName { get; init; } = "SparseLogits";

    /// <summary>
    /// How the network is built and trained. The pixels are given, so a step takes one window of
    /// <see cref="RefinerTrainerOptions.CropHeight"/> x <see cref="RefinerTrainerOptions.CropWidth"/> of a photo as it is: nothing is scaled,
    /// mirrored or recoloured, the batch size is not used, and the last epoch is kept.
    /// </summary>
    public RefinerTrainerOptions Training { get; init; } = new();

    /// <summary>Ends training: OperationCanceledException.</summary>
    public CancellationToken CancellationToken { get; init; }
}
