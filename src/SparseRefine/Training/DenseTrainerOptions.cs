using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>How a <see cref="FeatureRefinementNetwork"/> is built and trained.</summary>
public sealed record DenseTrainerOptions : TrainerOptions
{
    /// <summary>Starts with defaults for training from nothing.</summary>
    public DenseTrainerOptions()
    {
        BatchSize = 8;
        LearningRate = 1e-3;
        AverageDecay = 0.99;
    }

    /// <summary>Shape of the network; its number of classes is replaced by the data's.</summary>
    public FeatureRefinementOptions Network { get; init; } = new(2);

    /// <summary>Weight of the pixel-contrastive term beside cross-entropy; 0 leaves it out.</summary>
    public double ContrastWeight { get; init; } = 0.1;

    /// <summary>Temperature of the contrastive term, 0.02 or more.</summary>
    public double ContrastTemperature { get; init; } = 0.1;

    /// <summary>Pixels of each class that a step compares, at least 2.</summary>
    public int ContrastPixels { get; init; } = 24;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Network);
        Network.Validate();
        Require(ContrastWeight >= 0 && double.IsFinite(ContrastWeight), nameof(ContrastWeight), "0 or more", ContrastWeight);
        Require(ContrastTemperature >= 0.02 && double.IsFinite(ContrastTemperature), nameof(ContrastTemperature), "0.02 or more", ContrastTemperature);
        Require(ContrastPixels >= 2, nameof(ContrastPixels), "at least 2", ContrastPixels);
    }
}
