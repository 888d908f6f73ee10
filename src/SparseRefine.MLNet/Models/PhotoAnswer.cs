using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>What a scorer made of a photo. Its arrays belong to the answer.</summary>
internal sealed record PhotoAnswer
{
    public required LabelMap Labels { get; init; }

    /// <summary>Null for a chain that does not show its logits.</summary>
    public LogitMap? Logits { get; init; }

    /// <summary>The times from <see cref="Stage.Dense"/> to <see cref="Stage.Ensemble"/>.</summary>
    public required StageTimes Times { get; init; }

    /// <summary>Null for a model without a refiner.</summary>
    public int? SelectedPixels { get; init; }

    /// <summary>Null where it was not asked for, or for a model without a refiner.</summary>
    public PixelSelection? Selection { get; init; }

    /// <summary>As <see cref="Selection"/>.</summary>
    public SparseLogits? SparseLogits { get; init; }

    public long ExtractMultiplyAdds { get; init; }

    public long EnsembleMultiplyAdds { get; init; }
}
