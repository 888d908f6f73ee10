using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine;

/// <summary>What <see cref="SparseRefiner"/> made of one photo. Immutable; its arrays are the caller's.</summary>
public sealed class RefinementResult
{
    internal RefinementResult()
    {
    }

    /// <summary>A label for every pixel of the photo: the merged answer where a pixel is selected (ties to the lower class), the dense one elsewhere.</summary>
    public required LabelMap Labels { get; init; }

    /// <summary>Number of selected pixels.</summary>
    public required int SelectedPixels { get; init; }

    /// <summary>The selected pixels and the dense labels; null unless asked for.</summary>
    public PixelSelection? Selection { get; init; }

    /// <summary>The sparse network's logits of the selected pixels; null unless asked for.</summary>
    public SparseLogits? SparseLogits { get; init; }

    /// <summary>Milliseconds of the stages from <see cref="Stage.Select"/> to <see cref="Stage.Ensemble"/>; the caller knows the others.</summary>
    public required StageTimes Times { get; init; }

    /// <summary>Multiply-adds of the sparse network on the selected pixels, and of a learned selector. Other selectors multiply nothing but interpolation.</summary>
    public required long ExtractMultiplyAdds { get; init; }

    /// <summary>Multiply-adds of a gate's linear layers; 0 for an ensembler that learned nothing.</summary>
    public required long EnsembleMultiplyAdds { get; init; }

    /// <summary>Selected pixels as a share of all, 0..1.</summary>
    public double Density => SelectedPixels / (double)Labels.Labels.Length;
}
