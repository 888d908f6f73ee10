namespace SparseRefine.MLNet;

/// <summary>A refiner's answers beside a teacher's, whose classes stand for the truth: mIoU and accuracy are those of agreement. Immutable.</summary>
public sealed class TeacherAgreement
{
    /// <summary>The dense model's answer.</summary>
    public required RefinementAnswer Initial { get; init; }

    /// <summary>The sparse network's answer on the selected pixels.</summary>
    public required RefinementAnswer RefinerOnly { get; init; }

    /// <summary>The merged answer. Its pixel accuracy is the share of pixels on which it agrees with the teacher.</summary>
    public required RefinementAnswer Ensembled { get; init; }

    /// <summary>The teacher's own scores by the labels of the photos that have some; NaN where none has.</summary>
    public required SemanticSegmentationMetrics ByLabels { get; init; }

    /// <summary>Milliseconds of the teacher a photo.</summary>
    public required double Milliseconds { get; init; }
}
