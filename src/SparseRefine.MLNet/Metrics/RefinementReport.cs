namespace SparseRefine.MLNet;

/// <summary>A refiner's answers side by side, with what they cost. Immutable.</summary>
public sealed class RefinementReport
{
    /// <summary>Photos counted.</summary>
    public required int Images { get; init; }

    /// <summary>Photos with labels among them. Where none has labels, as beside a teacher none need, the scores below are NaN.</summary>
    public required int LabelledImages { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Names of the classes; their indices as text where no names are known.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The dense model's answer (i).</summary>
    public required RefinementAnswer Initial { get; init; }

    /// <summary>The sparse network's answer on the selected pixels (o).</summary>
    public required RefinementAnswer RefinerOnly { get; init; }

    /// <summary>The merged answer (e).</summary>
    public required RefinementAnswer Ensembled { get; init; }

    /// <summary>The same answers beside a teacher's, on all photos; null where the options name no teacher.</summary>
    public required TeacherAgreement? Teacher { get; init; }

    /// <summary>Pixels whose merged class is not the dense model's / all pixels.</summary>
    public required double Changed { get; init; }

    /// <summary>Selected pixels / all pixels.</summary>
    public required double Density { get; init; }

    /// <summary>Milliseconds a photo and stage, on the threads that the stages were given.</summary>
    public required StageTimes Milliseconds { get; init; }

    /// <summary>The dense model's multiply-adds a photo, mean; null where the graph does not tell or another's model gave the logits.</summary>
    public required double? DenseMultiplyAdds { get; init; }

    /// <summary>The multiply-adds a photo of the network on the selected pixels, and of a learned selector; mean.</summary>
    public required double ExtractMultiplyAdds { get; init; }

    /// <summary>The gate's multiply-adds a photo, mean; 0 for an ensembler that learned nothing. Other selectors multiply nothing but interpolation.</summary>
    public required double EnsembleMultiplyAdds { get; init; }
}
