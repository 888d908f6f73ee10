using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>How label maps are compared.</summary>
public sealed class SemanticSegmentationEvaluationOptions
{
    /// <summary>True label that is not counted.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    /// <summary>Number of classes; null: as many as the class list, the predicted column's names or the highest id say.</summary>
    public int? Classes { get; init; }

    /// <summary>Names of the classes; null: those that the predicted column carries.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Whether boundary IoU is computed; it takes a while.</summary>
    public bool BoundaryIoU { get; init; }

    /// <summary>Width of the boundary band as a share of the picture's diagonal.</summary>
    public double BoundaryWidth { get; init; } = 0.02;
}
