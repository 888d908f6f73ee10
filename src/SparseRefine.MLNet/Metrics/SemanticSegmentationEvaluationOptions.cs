using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>How label maps are compared.</summary>
public sealed class SemanticSegmentationEvaluationOptions
{
    /// <summary>True label that is not counted.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    /// <summary>What numbers and colors of label files mean, where the evaluation reads files (<see cref="SegmentationModel.Evaluate"/>); null: a number is its class. Masks of 0 and 255 need one: 255:1.</summary>
    public LabelMapping? LabelMapping { get; init; }

    /// <summary>
    /// A model whose answer is compared with too, in <see cref="SegmentationModel.Evaluate"/>; photos need no labels beside it. It stays the caller's. Null: labels alone.
    /// </summary>
    public DenseModel? Teacher { get; init; }

    /// <summary>
    /// The column of a teacher's logits that are compared with too, in <see cref="SemanticSegmentationCatalog.EvaluateRefinement"/>; the label column may be missing beside it.
    /// Null: labels alone.
    /// </summary>
    public string? TeacherLogitsColumnName { get; init; }

    /// <summary>Number of classes; null: as many as the class list, the predicted column's names or the highest id say.</summary>
    public int? Classes { get; init => field = Checked.That(value, value is null or (>= 2 and <= 255), "2 to 255"); }

    /// <summary>Names of the classes; null: those that the predicted column carries.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Whether boundary IoU is computed; it takes a while.</summary>
    public bool BoundaryIoU { get; init; }

    /// <summary>Width of the boundary band as a share of the image's diagonal, above 0 and at most 1.</summary>
    public double BoundaryWidth { get; init => field = Checked.That(value, value is > 0 and <= 1, "above 0 and at most 1"); } = 0.02;
}
