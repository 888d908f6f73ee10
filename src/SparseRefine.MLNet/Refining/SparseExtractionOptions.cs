using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// Columns and training of a sparse extraction. The pixels are given, so a training step takes one window of
/// CropHeight x CropWidth of a photo as it is: nothing is scaled, mirrored or recoloured, and the batch size is not used.
/// </summary>
public sealed class SparseExtractionOptions : TrainedEstimatorOptions<RefinerTrainerOptions>
{
    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column of the dense model's logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The column of selected pixels.</summary>
    public string SelectionColumnName { get; init; } = "Selection";

    /// <summary>The column to add, of <see cref="SparseLogits"/>.</summary>
    public string OutputColumnName { get; init; } = "SparseLogits";

    /// <summary>A fitted extraction to start from, of the same features, planes and reps; not changed. Null starts anew.</summary>
    public SparseExtractionTransformer? WarmStart { get; init; }
}
